import { listTaggedImages, listTags } from '#features/registry/index.ts';
import type { Database } from '#platform/database/database.ts';
import { scanJob, type Work } from './work.ts';

const PAGE = 500;
const MAX_TAGS = 10_000;

/** Queues a scan of every image that a tag names. Scans of known layers cost look-ups, so this is cheap and often. */
export async function scanImages({ db, queue }: Work, signal: AbortSignal): Promise<string> {
  let after: string | undefined;
  let count = 0;
  do {
    const digests = await listTaggedImages(db, { after, limit: PAGE });
    await db.transaction().execute(async (trx) => {
      for (const digest of digests) await queue.send(trx, scanJob(digest));
    });
    count += digests.length;
    after = digests.length === PAGE ? digests.at(-1) : undefined;
  } while (after !== undefined && !signal.aborted);
  return `${count} images queued`;
}

/** Queues a scan of every tagged image of a repository, in the transaction of what makes it necessary. */
export async function scanRepository({ queue }: Pick<Work, 'queue'>, trx: Database, repository: string): Promise<void> {
  const tags = await listTags(trx, repository, { limit: MAX_TAGS });
  for (const digest of new Set(tags.map((tag) => tag.digest))) await queue.send(trx, scanJob(digest));
}
