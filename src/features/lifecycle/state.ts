import { AppError } from '#kernel/errors.ts';
import type { ImageState } from '#model/image-state.ts';

/** The states that belong to a repository; quarantine belongs to the digest, everywhere. */
export type RepositoryImageState = Exclude<ImageState, 'quarantined'>;

/** The moves of an image's life. A removed image may come back as a new push or a new approval. */
const moves: Readonly<Record<RepositoryImageState, readonly RepositoryImageState[]>> = {
  staged: ['approved', 'rejected', 'removed'],
  rejected: ['staged', 'approved', 'removed'],
  approved: ['deprecated', 'retired', 'removed'],
  deprecated: ['approved', 'retired', 'removed'],
  retired: ['approved', 'deprecated', 'removed'],
  removed: ['staged', 'approved'],
};

/** An image that a repository does not know yet may begin in any state. */
export function canMove(from: RepositoryImageState | undefined, to: RepositoryImageState): boolean {
  return from === undefined || from === to || moves[from].includes(to);
}

/** Throws `conflict` with a sentence that says what stands in the way. */
export function checkMove(name: string, from: RepositoryImageState | undefined, to: RepositoryImageState): void {
  if (canMove(from, to)) return;
  throw new AppError(
    'conflict',
    `cannot move ${name} to ${to}: it is ${from}, and from there it may become ${from && moves[from].join(', ')}`,
  );
}

/** True for the states whose pull is refused in a catalog namespace. */
export function isRefused(state: ImageState): boolean {
  return state === 'retired' || state === 'removed' || state === 'quarantined';
}
