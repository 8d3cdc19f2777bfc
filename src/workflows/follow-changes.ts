import { clearDue, listDue } from '#features/catalog/index.ts';
import { topImagesOf } from '#features/registry/index.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { scanImage } from './scan-image.ts';
import type { ScanWork, Work } from './work.ts';

const PAGE = 200;

function followJob(): JobRequest {
  return { name: 'follow-changes', queueClass: 'sweep', input: {}, key: 'follow changes' };
}

/** Queues that due images are seen to, in the transaction that made them due. */
export async function followUp({ queue }: Pick<Work, 'queue'>, trx: Database): Promise<void> {
  await queue.send(trx, followJob());
}

/**
 * Scans and judges again every image of which something has changed. One job for all of them: what is due is written with
 * the images, so that nothing is lost when it stops, and an advisory that touches a hundred thousand queues one row.
 */
export async function followChanges(work: ScanWork, signal: AbortSignal): Promise<string> {
  const { db } = work;
  let count = 0;
  const failures: string[] = [];
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
