import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Match } from '#model/finding.ts';
import type { Database } from '#platform/database/database.ts';
import { storableJson } from './storable-json.ts';

const PORTION = 2_000;

interface FindingRow {
  readonly package_id: number;
  readonly match: Match;
}

/**
 * Replaces the findings of the packages; returns the ids of those whose findings really changed.
 * A package that is not in the map keeps its findings; one with an empty list loses them.
 */
export async function putFindings(
  db: Database,
  findings: ReadonlyMap<number, readonly Match[]>,
): Promise<readonly number[]> {
  const changed = new Set<number>();
  const ids = [...findings.keys()];
  for (let start = 0; start < ids.length; start += PORTION) {
    await replaceFindings(db, ids.slice(start, start + PORTION), findings, changed);
  }
  return [...changed].sort((a, b) => a - b);
}

async function replaceFindings(
  db: Database,
  ids: readonly number[],
  findings: ReadonlyMap<number, readonly Match[]>,
  changed: Set<number>,
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
  for (const row of [...writes, ...removals]) changed.add(row.package_id);
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

/** The packages with a finding of that id, or with that alias. */
export async function packagesWithAdvisory(db: Database, idOrAlias: string): Promise<readonly number[]> {
  const { rows } = await sql<{ package_id: number }>`select package_id from advisories_finding
    where advisory = ${idOrAlias} or aliases @> array[${idOrAlias}]::text[]
    group by package_id order by package_id`.execute(db);
  return rows.map((row) => row.package_id);
}
