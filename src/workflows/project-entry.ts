import { findEntry, findImageFacts, projectEntry as writeProjection } from '#features/catalog/index.ts';
import { findState, findWindow, isQuarantined } from '#features/lifecycle/index.ts';
import { listTags } from '#features/registry/index.ts';
import { currentReports } from '#features/reports/index.ts';
import type { TagRow } from '#model/api-entries.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';

const MAX_TAGS = 10_000;
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64}/;

async function tagRow(
  db: Database,
  repository: string,
  tag: Awaited<ReturnType<typeof listTags>>[number],
): Promise<TagRow | undefined> {
  const state = await findState(db, repository, tag.digest);
  if (!state) return undefined;
  const facts = await findImageFacts(db, tag.digest);
  const [report] = await currentReports(db, tag.digest);
  return {
    tag: tag.name,
    digest: tag.digest,
    state: (await isQuarantined(db, tag.digest)) ? 'quarantined' : state.state,
    reason: state.reason,
    since: state.since.toISOString(),
    window: await findWindow(db, tag.digest),
    posture: facts?.posture ?? null,
    distribution: facts?.distribution ?? null,
    reportedAt: report?.createdAt.toISOString() ?? null,
    pushedAt: tag.updatedAt.toISOString(),
    platforms: [...(facts?.platforms ?? [])],
  };
}

/** What the catalog shows of an entry's tags, as it is now. */
export async function tagRowsOf(db: Database, repository: string): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for (const tag of await listTags(db, repository, { limit: MAX_TAGS })) {
    const row = REFERRERS_TAG.test(tag.name) ? undefined : await tagRow(db, repository, tag);
    if (row) rows.push(row);
  }
  return rows;
}

/** Writes the entry's row of the catalog again, in the transaction of what changed. Other repositories have none. */
export async function projectEntry(db: Database, repository: string, at: Date): Promise<void> {
  if (kindOfNamespace(namespaceOf(repository)) !== 'catalog' || !(await findEntry(db, repository))) return;
  await writeProjection(db, repository, await tagRowsOf(db, repository), at);
}
