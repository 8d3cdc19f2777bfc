import { AppError, messageOf } from '#kernel/errors.ts';

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk of the data folder is full; free some space or move the data folder',
  EDQUOT: 'the disk quota of the data folder is used up',
  EROFS: 'the data folder is read-only',
  EACCES: 'the data folder may not be written by this user',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  EIO: 'the disk of the data folder reports errors',
};

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export function isFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
}

export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw failure('read blob store', error);
  }
}

/** What the disk said, as a sentence; failures that are not the disk's pass as they are. */
export function failure(verb: string, error: unknown): unknown {
  const sentence = sentences[codeOf(error)];
  if (error instanceof AppError || (!sentence && (error as NodeJS.ErrnoException | undefined)?.syscall === undefined)) {
    return error;
  }
  return new AppError('unavailable', `cannot ${verb}: ${sentence ?? messageOf(error)}`, { cause: error });
}
