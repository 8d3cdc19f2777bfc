import {
  type Batch,
  beginGarbageRun,
  collectGarbageBatch,
  deleteDoomedBytes,
  forgetLostLinks,
  type GarbageKind,
  type GarbageRun,
  garbageKinds,
  queueMissingSubjects,
  queueUnusedBlobs,
} from '#features/registry/index.ts';
import { sleep } from '#kernel/async.ts';
import { DAY_MS } from '#kernel/clock.ts';
import type { Step, Work } from './work.ts';

export interface GarbageSettings {
  /** How long something must have been without a reference. */
  readonly delayMs: number;
  /** How long whoever publishes bytes may take to record them. */
  readonly publishGraceMs: number;
  /** Whether a referrer goes whose subject never came. */
  readonly collectsMissingSubjects: boolean;
  /** Told of every batch. */
  readonly observe?: (kind: GarbageKind, removed: Batch['removed']) => void;
}

export type GarbageWork = Pick<Work, 'db' | 'blobs'> & { readonly garbage: GarbageSettings };

export interface Collected {
  readonly counts: Readonly<Record<GarbageKind, number>>;
  readonly freedBytes: number;
}

/** Small, so that what a batch locks is free again in milliseconds. */
const BATCH = 200;
/** Of the time, so much is left to pulls and pushes. */
const REST_SHARE = 0.25;

/**
 * Collects what has waited long enough, and what follows from that, kind by kind, until nothing is due. It may be
 * stopped, or end, at any moment: the queue stands in the database.
 */
export async function collectGarbage(work: GarbageWork, signal: AbortSignal, step: Step): Promise<Collected> {
  const { db, garbage } = work;
  const run = await beginGarbageRun(db, garbage.delayMs);
  await queueUnusedBlobs(db, run);
  if (garbage.collectsMissingSubjects) await queueMissingSubjects(db, run);
  const counts: Record<GarbageKind, number> = { 'manifest-link': 0, 'blob-link': 0, manifest: 0, blob: 0, bytes: 0 };
  let freedBytes = 0;
  for (let found = true; found && !signal.aborted; ) {
    found = false;
    for (const kind of garbageKinds) {
      for await (const { removed } of batches(work, run, kind, signal)) {
        found = true;
        counts[kind] += removed.length;
        for (const { sizeBytes } of removed) freedBytes += sizeBytes;
        garbage.observe?.(kind, removed);
        await step(describeCollected({ counts, freedBytes }));
      }
    }
  }
  await forgetLostLinks(db, garbage.delayMs + DAY_MS);
  return { counts, freedBytes };
}

async function* batches(
  work: GarbageWork,
  run: GarbageRun,
  kind: GarbageKind,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  while (!signal.aborted) {
    const began = performance.now();
    const batch = await collectOne(work, run, kind);
    if (batch.checked === 0) return;
    yield batch;
    await sleep((performance.now() - began) * REST_SHARE);
  }
}

function collectOne(work: GarbageWork, run: GarbageRun, kind: GarbageKind): Promise<Batch> {
  if (kind !== 'bytes') return collectGarbageBatch(work.db, run, kind, BATCH);
  return deleteDoomedBytes(work, run, { limit: BATCH, publishGraceMs: work.garbage.publishGraceMs });
}

export function describeCollected({ counts, freedBytes }: Collected): string {
  const links = counts['manifest-link'] + counts['blob-link'];
  return `${counts.manifest} manifests, ${counts.blob} blobs and ${links} links removed, ${freedBytes} bytes freed`;
}
