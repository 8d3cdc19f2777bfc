import {
  entriesShowing,
  findEntry,
  findImageFacts,
  type KeptTagRow,
  projectEntry as writeProjection,
} from '#features/catalog/index.ts';
import { findState, findWindow, isQuarantined } from '#features/lifecycle/index.ts';
import { listTags, listTagsOf, type Tag } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';

const MAX_TAGS = 10_000;
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64}/;

async function rowsOf(db: Database, repository: string, digest: Digest, tags: readonly Tag[]): Promise<KeptTagRow[]> {
  const state = await findState(db, repository, digest);
  if (!state) return [];
  const [facts, quarantined, window] = await Promise.all([
    findImageFacts(db, digest),
    isQuarantined(db, digest),
    findWindow(db, digest),
  ]);
  return tags.map((tag) => ({
    tag: tag.name,
    digest,
    state: quarantined ? 'quarantined' : state.state,
    reason: state.reason,
    since: state.since.toISOString(),
    window,
    distribution: facts?.distribution ?? null,
    pushedAt: tag.updatedAt.toISOString(),
    platforms: [...(facts?.platforms ?? [])],
  }));
}

/** What the catalog shows of an entry's tags, as it is now. */
async function tagRowsOf(db: Database, repository: string): Promise<KeptTagRow[]> {
  const tags = new Map<Digest, Tag[]>();
  for (const tag of await listTags(db, repository, { limit: MAX_TAGS })) {
    if (REFERRERS_TAG.test(tag.name)) continue;
    tags.set(tag.digest, [...(tags.get(tag.digest) ?? []), tag]);
  }
  const rows: KeptTagRow[] = [];
  for (const [digest, named] of tags) rows.push(...(await rowsOf(db, repository, digest, named)));
  return rows;
}

/** Writes the entry's row of the catalog again, in the transaction of what changed. Other repositories have none. */
export async function projectEntry(db: Database, repository: string, at: Date): Promise<void> {
  if (kindOfNamespace(namespaceOf(repository)) !== 'catalog' || !(await findEntry(db, repository))) return;
  await writeProjection(db, repository, await tagRowsOf(db, repository), at);
}

/** As `projectEntry`, for what one image is to the entries that show it. */
export async function projectImage(db: Database, digest: Digest, at: Date): Promise<void> {
  for (const repository of await entriesShowing(db, digest)) {
    const tags = (await listTagsOf(db, repository, digest)).filter((tag) => !REFERRERS_TAG.test(tag.name));
    await writeProjection(db, repository, await rowsOf(db, repository, digest, tags), at, digest);
  }
}
