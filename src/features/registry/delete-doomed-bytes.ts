import { createLimit } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import type { BlobDeps } from './blob-content.ts';
import { type DoomedBytes, forgetDoomedBytes, lockDoomedBytes, postponeDoomedBytes } from './doomed-bytes-store.ts';
import type { Batch, GarbageRun } from './garbage.ts';

const AT_ONCE = 8;

/**
 * Deletes one batch of bytes that no row knows, unless they were published so recently that whoever published them may
 * still be about to record them. A crash in the middle leaves them doomed: the next run goes on.
 */
export async function deleteDoomedBytes(
  { db, blobs }: BlobDeps,
  run: GarbageRun,
  options: { readonly limit: number; readonly publishGraceMs: number },
): Promise<Batch> {
  const limited = createLimit(AT_ONCE);
  return db.transaction().execute(async (trx) => {
    const doomed = await lockDoomedBytes(trx, run.due, options.limit);
    if (doomed.length === 0) return { checked: 0, removed: [] };
    const young = new Set<Digest>();
    await Promise.all(
      doomed.map(({ digest }) =>
        limited(async () => {
          const found = await blobs.stat(digest);
          if (!found) return;
          if (Date.now() - found.publishedAt.getTime() < options.publishGraceMs) young.add(digest);
          else await blobs.delete(digest);
        }),
      ),
    );
    const deleted = doomed.filter(({ digest }) => !young.has(digest));
    await forgetDoomedBytes(trx, digestsOf(deleted));
    if (young.size > 0) await postponeDoomedBytes(trx, [...young]);
    const removed = deleted.map((one) => ({ kind: 'bytes' as const, repository: '', ...one }));
    return { checked: doomed.length, removed };
  });
}

function digestsOf(doomed: readonly DoomedBytes[]): Digest[] {
  return doomed.map(({ digest }) => digest);
}
