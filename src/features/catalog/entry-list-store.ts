import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { addDays, isoDay } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { EntryPage, EntryQuery, EntryRow } from '#model/api-entries.ts';
import type { Database } from '#platform/database/database.ts';
import { likeText, parseSearch, type SearchQuery } from './search-query.ts';
import type { CatalogTables } from './tables.ts';

type Facet = 'grade' | 'support' | 'owner' | 'distribution' | 'state';
type EntrySelection = SelectQueryBuilder<CatalogTables, 'catalog_entry', object>;

const ENDING_DAYS = 180;
const FACET_VALUES = 50;

/** Which entries a reader may see and pull; both are asked of the namespace's rights by the surface. */
export interface Reader {
  readonly namespaces: readonly string[];
  mayPull(repository: string): boolean;
}

function supportOf(now: Date) {
  return sql<string>`case
    when not window_known then 'unknown'
    when end_of_life is null then 'supported'
    when end_of_life < ${isoDay(now)}::date then 'ended'
    when end_of_life < ${isoDay(addDays(now, ENDING_DAYS))}::date then 'ending'
    else 'supported' end`;
}

function facetColumn(facet: Facet, now: Date) {
  if (facet === 'support') return supportOf(now);
  return sql<string>`coalesce(${sql.ref(facet)}, 'unknown')`;
}

function holding(pattern: string, kind: string | null = null) {
  return sql<boolean>`exists (select 1 from catalog_term where digest = recommended->>'digest' and term like ${pattern}
    ${kind === null ? sql`` : sql`and kind = ${kind}`})`;
}

function searched(query: EntrySelection, search: SearchQuery): EntrySelection {
  let result = query;
  for (const word of search.words) {
    const inside = `%${likeText(word)}%`;
    result = result.where(sql<boolean>`(lower(repository) like ${inside} or lower(description) like ${inside}
      or lower(coalesce(owner, '')) like ${inside} or ${holding(`${likeText(word)}%`)})`);
  }
  if (search.owner !== null) result = result.where(sql`lower(owner)`, '=', search.owner);
  if (search.cve !== null) result = result.where(holding(`${likeText(search.cve)}%`, 'finding'));
  if (search.packageName !== null) result = result.where(holding(`${likeText(search.packageName)} %`, 'package'));
  if (search.endsBefore !== null) result = result.where(sql<boolean>`end_of_life < ${search.endsBefore}::date`);
  return result;
}

function filtered(
  db: Kysely<CatalogTables>,
  reader: Reader,
  query: EntryQuery,
  now: Date,
  except?: Facet,
): EntrySelection {
  let result: EntrySelection = db
    .selectFrom('catalog_entry')
    .where('tags', '>', 0)
    .where(sql<boolean>`split_part(repository, '/', 1) = any(${[...reader.namespaces]}::text[])`);
  if (query.q) result = searched(result, parseSearch(query.q));
  for (const facet of ['grade', 'support', 'owner', 'distribution', 'state'] as const) {
    const wanted = query[facet]?.split(',').filter(Boolean) ?? [];
    if (facet === except || wanted.length === 0) continue;
    result = result.where(sql<boolean>`${facetColumn(facet, now)} = any(${wanted}::text[])`);
  }
  return result;
}

const sortKeys: Readonly<Record<EntryQuery['sort'], ReturnType<typeof sql<string>>>> = {
  name: sql<string>`repository`,
  grade: sql<string>`(coalesce(grade, 'Z') collate "C")`,
  end: sql<string>`(coalesce(end_of_life::text, '9999') collate "C")`,
  updated: sql<string>`(lpad((9999999999999 - floor(extract(epoch from updated_at) * 1000))::text, 13, '0') collate "C")`,
};

function readCursor(after: string): [string, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string')
      return [value[0], value[1]];
  } catch {
    // answered below, like every other cursor that we did not write
  }
  throw new AppError('invalid-input', 'cannot read the list: "after" is not a value that an earlier page gave');
}

async function matchedTerm(
  db: Kysely<CatalogTables>,
  digest: string,
  q: string,
  repository: string,
): Promise<string | null> {
  const search = parseSearch(q);
  const words = [
    ...search.words,
    ...(search.cve ? [search.cve] : []),
    ...(search.packageName ? [search.packageName] : []),
  ];
  for (const word of words) {
    if (repository.toLowerCase().includes(word)) continue;
    const term = await db
      .selectFrom('catalog_term')
      .select('label')
      .where('digest', '=', digest)
      .where('term', 'like', `${likeText(word)}%`)
      .orderBy('term')
      .limit(1)
      .executeTakeFirst();
    if (term) return term.label;
  }
  return null;
}

type Row = Pick<EntryRow, 'repository' | 'description' | 'owner' | 'categories' | 'recommended' | 'tags'> & {
  updated_at: Date;
};

async function present(db: Kysely<CatalogTables>, row: Row, reader: Reader, q: string | undefined): Promise<EntryRow> {
  const { updated_at, ...rest } = row;
  return {
    ...rest,
    teams: 0,
    updatedAt: updated_at.toISOString(),
    matched: q && row.recommended ? await matchedTerm(db, row.recommended.digest, q, row.repository) : null,
    mayPull: reader.mayPull(row.repository),
  };
}

async function facetsOf(
  db: Kysely<CatalogTables>,
  reader: Reader,
  query: EntryQuery,
  now: Date,
): Promise<EntryPage['facets']> {
  const count = async (facet: Facet) => {
    const value = facetColumn(facet, now);
    const rows = await filtered(db, reader, query, now, facet)
      .select([value.as('value'), sql<number>`count(*)::int`.as('count')])
      .groupBy(sql`1`)
      .orderBy(sql`2`, 'desc')
      .orderBy(sql`1`)
      .limit(FACET_VALUES)
      .execute();
    return rows.map((row) => ({ value: row.value, count: row.count }));
  };
  const [grade, support, owner, distribution, state] = await Promise.all(
    (['grade', 'support', 'owner', 'distribution', 'state'] as const).map(count),
  );
  return {
    grade: grade ?? [],
    support: support ?? [],
    owner: owner ?? [],
    distribution: distribution ?? [],
    state: state ?? [],
  };
}

/** One page of the catalog, with facets counted under the current filters. */
export async function listEntries(
  { db, now }: { readonly db: Database; readonly now: Date },
  reader: Reader,
  query: EntryQuery,
): Promise<EntryPage> {
  const t = db.withTables<CatalogTables>();
  const key = sortKeys[query.sort];
  let page = filtered(t, reader, query, now)
    .select(['repository', 'description', 'owner', 'categories', 'recommended', 'tags', 'updated_at'])
    .select(key.as('key'));
  if (query.after !== undefined) {
    const [afterKey, afterName] = readCursor(query.after);
    page = page.where(sql<boolean>`(${key}, repository) > (${afterKey}, ${afterName})`);
  }
  const [rows, facets, counts] = await Promise.all([
    page
      .orderBy(key)
      .orderBy('repository')
      .limit(query.limit + 1)
      .execute(),
    facetsOf(t, reader, query, now),
    Promise.all(
      [query, { sort: query.sort, limit: query.limit }].map((each) =>
        filtered(t, reader, each, now).select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow(),
      ),
    ),
  ]);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: await Promise.all(shown.map(({ key: _, ...row }) => present(t, row, reader, query.q))),
    next: last ? Buffer.from(JSON.stringify([last.key, last.repository])).toString('base64url') : null,
    facets,
    matching: counts[0]?.count ?? 0,
    total: counts[1]?.count ?? 0,
  };
}
