import type { Digest } from '#kernel/digest.ts';

/**
 * What can be garbage, in the order in which it is collected, so that what hangs on it follows:
 * a manifest or a blob in one repository, then, when no repository has it any more, itself, then a blob's bytes.
 */
export const garbageKinds = ['manifest-link', 'blob-link', 'manifest', 'blob', 'bytes'] as const;
export type GarbageKind = (typeof garbageKinds)[number];

/** What happened, as the queue has it. */
export type GarbageCause =
  | 'index-deleted'
  | 'subject-deleted'
  | 'missing-subject'
  | 'manifest-deleted'
  | 'never-used'
  | 'unlinked'
  | 'no-row';

/** Why it goes, for people. */
export const garbageReasons: Readonly<Record<GarbageCause, string>> = {
  'index-deleted': 'the index that listed it was deleted; no other lists it, and no tag names it',
  'subject-deleted': 'what it refers to was deleted, and neither a tag nor an index names it',
  'missing-subject': 'what it refers to never came, and neither a tag nor an index names it',
  'manifest-deleted': 'the manifest that used it was deleted, and no other in the repository uses it',
  'never-used': 'it was pushed, and no manifest in the repository came to use it',
  unlinked: 'no repository has it any more',
  'no-row': 'the blob store has bytes that the database does not know',
};

export interface Removed {
  readonly kind: GarbageKind;
  /** Empty where the whole registry is meant. */
  readonly repository: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What was waiting long enough when a run began, and how long what follows from it waits. */
export interface GarbageRun {
  /** In the database's time and words, to the microsecond. */
  readonly due: string;
  readonly cascadeSince: string;
}

export interface Batch {
  /** How many candidates were looked at; none when nothing is due. */
  readonly checked: number;
  readonly removed: readonly Removed[];
}
