import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, messageOf } from '#kernel/errors.ts';

/** The layout of the folder. Raised when an older Assay could no longer use it. */
const FORMAT = 1;
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/**
 * Makes the folder ours until it is disposed of, or until this process dies, however it dies: the lock is an exclusive
 * transaction on a database file. Throws one sentence that says what to do.
 */
export function openDataFolder(path: string): Disposable {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = takeLock(path);
    try {
      checkFormat(path);
      checkSpace(path);
    } catch (error) {
      lock.close();
      throw error;
    }
    return { [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    throw error instanceof AppError ? error : explain(path, error);
  }
}

function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 });
  const holder = join(path, 'lock.pid');
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    if (!messageOf(cause).includes('locked')) throw cause;
    const pid = existsSync(holder) ? ` (process ${readFileSync(holder, 'utf8').trim()})` : '';
    throw new AppError(
      'conflict',
      `cannot use the data folder ${path}: another Assay${pid} is using it; stop that one, or set ASSAY_DATA to another folder`,
      { cause },
    );
  }
  writeFileSync(holder, `${process.pid}\n`);
  return lock;
}

function checkFormat(path: string): void {
  const file = join(path, 'format');
  if (!existsSync(file)) {
    writeFileSync(file, `${FORMAT}\n`);
    return;
  }
  const found = readFileSync(file, 'utf8').trim();
  if (/^\d+$/.test(found) && Number(found) <= FORMAT) return;
  throw new AppError(
    'conflict',
    `cannot use the data folder ${path}: a newer version of Assay wrote it (format ${found.slice(0, 20)}, this one knows ${FORMAT}); ` +
      'start that version, or set ASSAY_DATA to another folder',
  );
}

function checkSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  const left = Math.floor((bavail * bsize) / 1024 / 1024);
  throw noSpace(path, `only ${left} MiB are left on its disk`);
}

function noSpace(path: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'unavailable',
    `cannot use the data folder ${path}: ${reason}; free some space, or set ASSAY_DATA to a folder on another disk`,
    { cause },
  );
}

function explain(path: string, error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || messageOf(error).includes('disk is full')) {
    return noSpace(path, 'no space is left on its disk', error);
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(code) || /unable to open|readonly/.test(messageOf(error))) {
    return new AppError(
      'not-configured',
      `cannot use the data folder ${path}: this user may not write to it; start as its owner, or set ASSAY_DATA to another folder`,
      { cause: error },
    );
  }
  return new AppError('internal', `cannot use the data folder ${path}: ${messageOf(error)}`, { cause: error });
}
