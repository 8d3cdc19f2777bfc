import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { addDays, isoDay } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { EntryPage, EntryQuery, EntryRow } from '#model/api-entries.ts';
import type { Database } from '#platform/database/database.ts';
import { likeText } from '#platform/database/like-text.ts';
import { joinFacts } from './entry-store.ts';
import { parseSearch, type SearchQuery } from './search-query.ts';
import type { CatalogTables, KeptRecommendation } from './tables.ts';

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

/** What images hold is kept elsewhere: queries of the `digest` of platform images, and the label of the first hit in some. */
export interface Holdings {
  /** Packages whose name, blank and version begin so. */
  withPackage(start: string): RawBuilder<unknown>;
  /** Findings whose id or alias begins so. */
  withFinding(start: string): RawBuilder<unknown>;
  findPackage(digests: readonly string[], start: string): Promise<string | undefined>;
  findFinding(digests: readonly string[], start: string): Promise<string | undefined>;
}

/** What a reader sees it with. */
export interface ListDeps {
  readonly db: Database;
  readonly now: Date;
  readonly holdings: Holdings;
}

/** Shorter words begin too many packages to say anything. */
const SHORTEST_PACKAGE = 2;
/** `cve-2024`, `ghsa-`, `alsa-2024:1`: what may be the beginning of an advisory's id. */
const ADVISORY_ID = /^[a-z]{2,}-[a-z0-9:.-]*$/;

function holding(platforms: RawBuilder<unknown>) {
  return sql<boolean>`recommended_digest in (
    select l.image from catalog_image_platform l where l.platform in (${platforms}))`;
}

function holdingWord(holdings: Holdings, word: string) {
  const ways = [
    sql<boolean>`exists (select 1 from catalog_term t where t.digest = recommended_digest and t.term like ${`${likeText(word)}%`})`,
  ];
  if (word.length >= SHORTEST_PACKAGE) ways.push(holding(holdings.withPackage(word)));
  if (ADVISORY_ID.test(word)) ways.push(holding(holdings.withFinding(word)));
  return sql.join(ways, sql` or `);
}

function searched(query: EntrySelection, search: SearchQuery, holdings: Holdings): EntrySelection {
  let result = query;
  for (const word of search.words) {
    const inside = `%${likeText(word)}%`;
    result = result.where(sql<boolean>`(lower(repository) like ${inside} or lower(description) like ${inside}
      or lower(coalesce(owner, '')) like ${inside} or ${holdingWord(holdings, word)})`);
  }
  if (search.owner !== null) result = result.where(sql`lower(owner)`, '=', search.owner);
  if (search.cve !== null) result = result.where(holding(holdings.withFinding(search.cve)));
  if (search.packageName !== null) result = result.where(holding(holdings.withPackage(`${search.packageName} `)));
  if (search.endsBefore !== null) result = result.where(sql<boolean>`end_of_life < ${search.endsBefore}::date`);
  return result;
}

function filtered({ db, now, holdings }: ListDeps, reader: Reader, query: EntryQuery, except?: Facet): EntrySelection {
  let result: EntrySelection = db
    .withTables<CatalogTables>()
    .selectFrom('catalog_entry')
    .where('tags', '>', 0)
    .where(sql<boolean>`split_part(repository, '/', 1) = any(${[...reader.namespaces]}::text[])`);
  if (query.q) result = searched(result, parseSearch(query.q), holdings);
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

/** What in the image a search hit, when it is not the entry's name. */
async function matchedLabel(
  { db, holdings }: ListDeps,
  digest: string,
  q: string,
  repository: string,
): Promise<string | null> {
  const search = parseSearch(q);
  const t = db.withTables<CatalogTables>();
  const platforms = await t
    .selectFrom('catalog_image_platform')
    .select('platform')
    .where('image', '=', digest)
    .execute();
  const digests = platforms.map((row) => row.platform);
  if (search.cve !== null) return (await holdings.findFinding(digests, search.cve)) ?? null;
  if (search.packageName !== null) return (await holdings.findPackage(digests, `${search.packageName} `)) ?? null;
  for (const word of search.words) {
    if (repository.toLowerCase().includes(word)) continue;
    const label = await t
      .selectFrom('catalog_term')
      .select('label')
      .where('digest', '=', digest)
      .where('term', 'like', `${likeText(word)}%`)
      .orderBy('term')
      .limit(1)
      .executeTakeFirst();
    const hit =
      label?.label ??
      (ADVISORY_ID.test(word) ? await holdings.findFinding(digests, word) : undefined) ??
      (await holdings.findPackage(digests, word));
    if (hit !== undefined) return hit;
  }
  return null;
}

type Row = Pick<EntryRow, 'repository' | 'description' | 'owner' | 'categories' | 'recommended' | 'tags'> & {
  readonly updated_at: Date;
};

async function present(deps: ListDeps, row: Row, reader: Reader, q: string | undefined): Promise<EntryRow> {
  const { repository, description, owner, categories, recommended, tags, updated_at } = row;
  return {
    repository,
    description,
    owner,
    categories,
    recommended,
    tags,
    teams: 0,
    updatedAt: updated_at.toISOString(),
    matched: q && row.recommended ? await matchedLabel(deps, row.recommended.digest, q, row.repository) : null,
    mayPull: reader.mayPull(row.repository),
  };
}

/** Adds posture and date of the report to what is recommended. */
async function withFacts(
  db: Database,
  rows: readonly (Omit<Row, 'recommended'> & { readonly recommended: KeptRecommendation | null })[],
): Promise<Row[]> {
  const joined = await joinFacts(
    db,
    rows.flatMap((row) => row.recommended ?? []),
  );
  const facts = new Map(joined.map((row) => [row.digest, row]));
  return rows.map(({ recommended, ...row }) => {
    const known = recommended && facts.get(recommended.digest);
    return {
      ...row,
      recommended: recommended
        ? { ...recommended, posture: known?.posture ?? null, reportedAt: known?.reportedAt ?? null }
        : null,
    };
  });
}

async function facetsOf(deps: ListDeps, reader: Reader, query: EntryQuery): Promise<EntryPage['facets']> {
  const count = async (facet: Facet) => {
    const value = facetColumn(facet, deps.now);
    const rows = await filtered(deps, reader, query, facet)
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
export async function listEntries(deps: ListDeps, reader: Reader, query: EntryQuery): Promise<EntryPage> {
  const key = sortKeys[query.sort];
  let page = filtered(deps, reader, query)
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
    facetsOf(deps, reader, query),
    Promise.all(
      [query, { sort: query.sort, limit: query.limit }].map((each) =>
        filtered(deps, reader, each).select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow(),
      ),
    ),
  ]);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: await Promise.all((await withFacts(deps.db, shown)).map((row) => present(deps, row, reader, query.q))),
    next: last ? Buffer.from(JSON.stringify([last.key, last.repository])).toString('base64url') : null,
    facets,
    matching: counts[0]?.count ?? 0,
    total: counts[1]?.count ?? 0,
  };
}
