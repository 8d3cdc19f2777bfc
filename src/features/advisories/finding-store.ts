import { isDeepStrictEqual } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import type { Match } from '#model/finding.ts';
import { countFindings, type FindingCounts, subtractCounts } from '#model/finding-counts.ts';
import type { Database } from '#platform/database/database.ts';
import { likeText } from '#platform/database/like-text.ts';
import { storableJson } from './storable-json.ts';

const PORTION = 2_000;

interface FindingRow {
  readonly package_id: number;
  readonly match: Match;
}

type Findings = ReadonlyMap<number, readonly Match[]>;

/**
 * Replaces the findings of the packages; returns those whose findings really changed, in order, each with what it added to
 * its counts (nothing, where only a sentence changed). A package that is not in the map keeps its findings; one with an
 * empty list loses them.
 */
export async function putFindings(db: Database, findings: Findings): Promise<ReadonlyMap<number, FindingCounts>> {
  const changed = new Map<number, FindingCounts>();
  const ids = [...findings.keys()];
  for (let start = 0; start < ids.length; start += PORTION) {
    await replaceFindings(db, ids.slice(start, start + PORTION), findings, changed);
  }
  return new Map([...changed].sort(([a], [b]) => a - b));
}

/** Whether `putFindings` would change anything. */
export async function isNews(db: Database, findings: Findings): Promise<boolean> {
  const ids = [...findings.keys()];
  for (let start = 0; start < ids.length; start += PORTION) {
    const part = ids.slice(start, start + PORTION);
    const stored = await findingsOf(db, part);
    for (const id of part) {
      const before = new Map(stored.get(id)?.map((match) => [match.advisoryId, match]));
      const after = findings.get(id) ?? [];
      if (before.size !== after.length || after.some((match) => !isSame(before.get(match.advisoryId), match)))
        return true;
    }
  }
  return false;
}

async function replaceFindings(
  db: Database,
  ids: readonly number[],
  findings: Findings,
  changed: Map<number, FindingCounts>,
): Promise<void> {
  const stored = await findingsOf(db, ids);
  const writes: FindingRow[] = [];
  const removals: { package_id: number; advisory: string }[] = [];
  for (const id of ids) {
    const before = new Map(stored.get(id)?.map((match) => [match.advisoryId, match]));
    for (const match of findings.get(id) ?? []) {
      const known = before.get(match.advisoryId);
      before.delete(match.advisoryId);
      if (!isSame(known, match)) writes.push({ package_id: id, match });
    }
    for (const advisory of before.keys()) removals.push({ package_id: id, advisory });
  }
  for (const { package_id: id } of [...writes, ...removals]) {
    changed.set(id, subtractCounts(countFindings(findings.get(id) ?? []), countFindings(stored.get(id) ?? [])));
  }
  await deleteFindings(db, removals);
  await writeFindings(db, writes);
}

/** Compared as it would be read back. */
function isSame(known: Match | undefined, match: Match): boolean {
  return known !== undefined && isDeepStrictEqual(known, JSON.parse(storableJson(match)));
}

async function deleteFindings(
  db: Database,
  rows: readonly { readonly package_id: number; readonly advisory: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`delete from advisories_finding f
    using unnest(${rows.map((row) => row.package_id)}::bigint[], ${rows.map((row) => row.advisory)}::text[])
      as gone (package_id, advisory)
    where f.package_id = gone.package_id and f.advisory = gone.advisory`.execute(db);
}

async function writeFindings(db: Database, rows: readonly FindingRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into advisories_finding (package_id, advisory, aliases, match)
    select package_id, match->>'advisoryId', array(select jsonb_array_elements_text(match->'aliases')), match
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as given (package_id bigint, match jsonb)
    order by package_id
    on conflict (package_id, advisory) do update set aliases = excluded.aliases, match = excluded.match`.execute(db);
}

/** By package id, worst first as they were put; packages without findings are absent. */
export async function findingsOf(
  db: Database,
  packageIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Match[]>> {
  const { rows } = await sql<FindingRow>`select package_id, match from advisories_finding
    where package_id = any(${packageIds}::bigint[])
    order by package_id, array_position(array['critical', 'high', 'medium', 'low'], match->>'severity'), advisory`.execute(
    db,
  );
  const findings = new Map<number, Match[]>();
  for (const { package_id: id, match } of rows) {
    const matches = findings.get(id);
    if (matches) matches.push(match);
    else findings.set(id, [match]);
  }
  return findings;
}

/** The packages with a finding of one of these ids, or with one as an alias. */
export async function packagesWithAdvisory(
  db: Database,
  ...idsOrAliases: readonly string[]
): Promise<readonly number[]> {
  const { rows } = await sql<{ package_id: number }>`select package_id from advisories_finding
    where advisory = any(${[...idsOrAliases]}::text[]) or aliases && ${[...idsOrAliases]}::text[]
    group by package_id order by package_id`.execute(db);
  return rows.map((row) => row.package_id);
}

function startsWith(start: string): RawBuilder<unknown> {
  const pattern = `${likeText(start.toLowerCase())}%`;
  return sql`(lower(f.advisory) like ${pattern} or exists (select from unnest(f.aliases) id where lower(id) like ${pattern}))`;
}

/** Packages with a finding whose id or alias begins so, whatever the case: rows of `package_id`. */
export function packagesWithFinding(start: string): RawBuilder<unknown> {
  return sql`select f.package_id from advisories_finding f where ${startsWith(start)}`;
}

/** The first id or alias that begins so of a finding of these packages (a query of ids). */
export async function findFindingId(
  db: Database,
  packages: RawBuilder<unknown>,
  start: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from advisories_finding f
    cross join lateral unnest(f.advisory || f.aliases) as each (id)
    where f.package_id in (${packages}) and lower(id) like ${`${likeText(start.toLowerCase())}%`} order by id limit 1`.execute(
    db,
  );
  return rows[0]?.id;
}
