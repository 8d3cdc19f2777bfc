import { AppError } from '#kernel/errors.ts';
import type { EntryPatch, EntryRow, SupportPolicy, TagRow } from '#model/api-entries.ts';
import type { Database } from '#platform/database/database.ts';
import { recommendedOf } from './recommended.ts';
import type { CatalogTables } from './tables.ts';

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
  return row && { ...row, updatedAt: row.updated_at };
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
  return rows.map(({ row }) => row);
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

/**
 * Writes the projection of one entry: its tag rows and, from them, what the catalog's row shows. Runs in the
 * transaction of the change that made it necessary.
 */
export async function projectEntry(db: Database, repository: string, tags: readonly TagRow[], at: Date): Promise<void> {
  const t = db.withTables<CatalogTables>();
  await t.deleteFrom('catalog_tag').where('repository', '=', repository).execute();
  if (tags.length > 0) {
    await t
      .insertInto('catalog_tag')
      .values(
        tags.map((row) => ({
          repository,
          tag: row.tag,
          digest: row.digest,
          row: JSON.stringify(row),
          pushed_at: new Date(row.pushedAt),
        })),
      )
      .execute();
  }
  const recommended = recommendedOf(tags);
  await t
    .updateTable('catalog_entry')
    .set({
      recommended: recommended ? JSON.stringify(recommended) : null,
      grade: recommended?.posture?.grade ?? null,
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
