import { markAllDue, markDue } from '#features/catalog/index.ts';
import { listTags } from '#features/registry/index.ts';
import type { Database } from '#platform/database/database.ts';
import { followUp } from './follow-changes.ts';
import type { Work } from './work.ts';

const MAX_TAGS = 10_000;

/** Every image is scanned again. Scans of known layers cost look-ups, so this is cheap and often. */
export async function scanImages(work: Work): Promise<string> {
  return work.db.transaction().execute(async (trx) => {
    const count = await markAllDue(trx);
    await followUp(work, trx);
    return `${count} images due`;
  });
}

/** Every tagged image of a repository is scanned again, begun in the transaction of what makes it necessary. */
export async function scanRepository(work: Pick<Work, 'queue'>, trx: Database, repository: string): Promise<void> {
  const tags = await listTags(trx, repository, { limit: MAX_TAGS });
  await markDue(
    trx,
    tags.map((tag) => tag.digest),
  );
  await followUp(work, trx);
}
