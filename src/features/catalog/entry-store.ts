import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { EntryPatch, EntryRow, SupportPolicy, TagRow } from '#model/api-entries.ts';
import type { Posture } from '#model/posture.ts';
import type { Database } from '#platform/database/database.ts';
import { findReported } from './image-store.ts';
import { findPostures } from './posture-store.ts';
import { recommendedOf } from './recommended.ts';
import type { CatalogTables, KeptTagRow } from './tables.ts';

export interface Entry {
  readonly repository: string;
  readonly description: string;
  readonly owner: string | null;
  readonly categories: readonly string[];
  readonly support: SupportPolicy;
  readonly recommended: EntryRow['recommended'];
  readonly tags: number;
  readonly updatedAt: Date;
}

export const noSupportPolicy: SupportPolicy = {
  endOfLife: null,
  deprecateDaysBefore: null,
  retireDaysAfter: null,
  successor: null,
};

/** Makes the entry when it is new; what an owner wrote later is not overwritten by an image's labels. */
export async function createEntry(
  db: Database,
  entry: { repository: string; description: string; owner: string | null; categories: readonly string[]; at: Date },
): Promise<void> {
  await db
    .withTables<CatalogTables>()
    .insertInto('catalog_entry')
    .values({
      repository: entry.repository,
      description: entry.description,
      owner: entry.owner,
      categories: JSON.stringify(entry.categories),
      support: JSON.stringify(noSupportPolicy),
      window_known: false,
      tags: 0,
      created_at: entry.at,
      updated_at: entry.at,
    })
    .onConflict((conflict) => conflict.column('repository').doNothing())
    .execute();
}

export async function findEntry(db: Database, repository: string): Promise<Entry | undefined> {
  const row = await db
    .withTables<CatalogTables>()
    .selectFrom('catalog_entry')
    .selectAll()
    .where('repository', '=', repository)
    .executeTakeFirst();
  if (!row) return undefined;
  const { recommended } = row;
  const joined = recommended ? await joinFacts(db, [recommended]) : [];
  return { ...row, recommended: joined[0] ?? null, updatedAt: row.updated_at };
}

export async function getEntry(db: Database, repository: string): Promise<Entry> {
  const entry = await findEntry(db, repository);
  if (entry) return entry;
  throw new AppError('not-found', `cannot find entry ${repository}: the catalog has none of this name`);
}

export async function patchEntry(db: Database, repository: string, patch: EntryPatch, at: Date): Promise<Entry> {
  const entry = await getEntry(db, repository);
  await db
    .withTables<CatalogTables>()
    .updateTable('catalog_entry')
    .set({
      description: patch.description ?? entry.description,
      owner: patch.owner === undefined ? entry.owner : patch.owner,
      categories: JSON.stringify(patch.categories ?? entry.categories),
      support: JSON.stringify({ ...entry.support, ...patch.support }),
      updated_at: at,
    })
    .where('repository', '=', repository)
    .execute();
  return getEntry(db, repository);
}

export async function listTagRows(db: Database, repository: string): Promise<TagRow[]> {
  const rows = await db
    .withTables<CatalogTables>()
    .selectFrom('catalog_tag')
    .select('row')
    .where('repository', '=', repository)
    .orderBy('pushed_at', 'desc')
    .orderBy('tag', 'desc')
    .execute();
  return joinFacts(
    db,
    rows.map(({ row }) => row),
  );
}

/** Entries that show this digest under some tag. */
export async function entriesShowing(db: Database, digest: string): Promise<string[]> {
  const rows = await db
    .withTables<CatalogTables>()
    .selectFrom('catalog_tag')
    .select('repository')
    .distinct()
    .where('digest', '=', digest)
    .orderBy('repository')
    .execute();
  return rows.map((row) => row.repository);
}

/** Adds what changes without the rows: posture and date of the report of each row's image. */
export async function joinFacts<Row extends { readonly digest: string }>(
  db: Database,
  rows: readonly Row[],
): Promise<(Row & { posture: Posture | null; reportedAt: string | null })[]> {
  const digests = [...new Set(rows.map((row) => row.digest))];
  const [postures, reported] = await Promise.all([findPostures(db, digests), findReported(db, digests)]);
  return rows.map((row) => ({
    ...row,
    posture: postures.get(row.digest) ?? null,
    reportedAt: reported.get(row.digest)?.toISOString() ?? null,
  }));
}

/**
 * Writes the projection of one entry: the rows of all its tags, or of those that show `digest`, and from all rows what the
 * catalog's row shows. Runs in the transaction of the change that made it necessary.
 */
export async function projectEntry(
  db: Database,
  repository: string,
  tags: readonly KeptTagRow[],
  at: Date,
  digest?: string,
): Promise<void> {
  const t = db.withTables<CatalogTables>();
  let stale = t.deleteFrom('catalog_tag').where('repository', '=', repository);
  if (digest !== undefined) stale = stale.where('digest', '=', digest);
  await stale.execute();
  if (tags.length > 0) {
    await sql`insert into catalog_tag (repository, tag, digest, row, pushed_at)
      select ${repository}, row->>'tag', row->>'digest', row, (row->>'pushedAt')::timestamptz
      from jsonb_array_elements(${JSON.stringify(tags)}::jsonb) row
      on conflict (repository, tag) do update
      set digest = excluded.digest, row = excluded.row, pushed_at = excluded.pushed_at`.execute(db);
  }
  const kept = digest === undefined ? tags : await keptRows(db, repository);
  await projectRecommended(db, repository, kept, at);
}

async function keptRows(db: Database, repository: string): Promise<KeptTagRow[]> {
  const t = db.withTables<CatalogTables>();
  const rows = await t.selectFrom('catalog_tag').select('row').where('repository', '=', repository).execute();
  return rows.map(({ row }) => row);
}

async function projectRecommended(
  db: Database,
  repository: string,
  tags: readonly KeptTagRow[],
  at: Date,
): Promise<void> {
  const recommended = recommendedOf(tags);
  const posture = recommended && (await findPostures(db, [recommended.digest])).get(recommended.digest);
  await db
    .withTables<CatalogTables>()
    .updateTable('catalog_entry')
    .set({
      recommended: recommended ? JSON.stringify(recommended) : null,
      grade: posture?.grade ?? null,
      state: recommended?.state ?? null,
      distribution: recommended?.distribution ?? null,
      end_of_life: recommended?.window.endOfLife ?? null,
      window_known: recommended?.window.known ?? false,
      tags: tags.length,
      updated_at: at,
    })
    .where('repository', '=', repository)
    .execute();
}
