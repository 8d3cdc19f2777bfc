import { clearDue, imagesOfPlatforms, listDue, markDue } from '#features/catalog/index.ts';
import { imagesWithPackages, takeChanges } from '#features/inventory/index.ts';
import { topImagesOf } from '#features/registry/index.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { scanImage } from './scan-image.ts';
import type { ScanWork, Work } from './work.ts';

const PAGE = 200;
const PACKAGES_AT_ONCE = 500;

function followJob(): JobRequest {
  return { name: 'follow-changes', queueClass: 'sweep', input: {}, key: 'follow changes' };
}

/** Queues that due images are seen to, in the transaction that made them due. */
export async function followUp({ queue }: Pick<Work, 'queue'>, trx: Database): Promise<void> {
  await queue.send(trx, followJob());
}

/** From packages whose findings have changed to the images that hold them, which are due from then on. */
async function expandChanges(db: Database, signal: AbortSignal): Promise<void> {
  for (let more = true; more && !signal.aborted; ) {
    more = await db.transaction().execute(async (trx) => {
      const changes = await takeChanges(trx, PACKAGES_AT_ONCE);
      if (!changes) return false;
      const images = await imagesOfPlatforms(trx, await imagesWithPackages(trx, changes.packages));
      await markDue(
        trx,
        images.filter((digest) => digest !== changes.seenBy),
      );
      return true;
    });
  }
}

/**
 * Scans and judges again every image of which something has changed. One job for all of them: what is due is written, so
 * that nothing is lost when it stops, and an advisory that touches a hundred thousand queues one row.
 */
export async function followChanges(work: ScanWork, signal: AbortSignal): Promise<string> {
  const { db } = work;
  let count = 0;
  const failures: string[] = [];
  await expandChanges(db, signal);
  for (let after = ''; !signal.aborted; ) {
    const page = await listDue(db, { after, limit: PAGE });
    const tagged = new Set(await topImagesOf(db, page));
    // What no tag names any more is scanned when it gets one.
    await clearDue(
      db,
      page.filter((digest) => !tagged.has(digest)),
    );
    for (const digest of page) {
      if (signal.aborted || !tagged.has(digest)) continue;
      try {
        await scanImage(work, digest, async () => undefined);
        count += 1;
      } catch (error) {
        failures.push(`${digest}: ${messageOf(error)}`);
      }
    }
    after = page.at(-1) ?? after;
    if (page.length < PAGE) break;
  }
  if (failures.length === 0) return `${count} images judged again`;
  // The others are done; these stay due, and the job is repeated for them.
  throw new AppError('unavailable', `cannot judge ${failures.length} images again: ${failures[0]}`);
}
