import { sql } from 'kysely';
import { parentEcosystem } from '#model/ecosystem.ts';
import type { Database } from '#platform/database/database.ts';
import { type Advisory, type AdvisoryHead, type Affected, keyOf, type PackageKey } from './advisory.ts';
import { storableJson, storableText } from './storable-json.ts';
import type { AdvisoriesTables } from './tables.ts';

/** A record as its source carries it. */
export interface StoredRecord {
  readonly file: string;
  readonly digest: Buffer;
  readonly advisory: Advisory;
}

/** The digests of those files that are stored. */
export async function findDigests(
  db: Database,
  source: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const { rows } = await sql<{ file: string; digest: Buffer }>`select file, digest from advisories_record
    where source = ${source} and file = any(${files}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.file, row.digest]));
}

/** Writes new and changed records; returns the packages that they spoke of before or speak of now. */
export async function putRecords(
  db: Database,
  source: string,
  records: readonly StoredRecord[],
): Promise<readonly PackageKey[]> {
  if (records.length === 0) return [];
  const files = records.map((record) => record.file);
  const before = await deleteAffected(db, source, files);
  const rows = records.map(({ file, digest, advisory }) => ({
    file,
    digest: digest.toString('hex'),
    advisory: advisory.id,
    head: headOf(advisory),
    details: advisory.details,
    aliases: advisory.aliases,
  }));
  const written = await sql<{ id: number; file: string }>`insert into advisories_record as r
      (source, file, advisory, digest, head, details, aliases)
    select ${source}, file, advisory, decode(digest, 'hex'), head, details,
      array(select jsonb_array_elements_text(aliases))
    from jsonb_to_recordset(${storableJson(rows)}::jsonb)
      as given (file text, digest text, advisory text, head jsonb, details text, aliases jsonb)
    on conflict (source, file) do update set advisory = excluded.advisory, digest = excluded.digest,
      head = excluded.head, details = excluded.details, aliases = excluded.aliases
    returning id, file`.execute(db);
  const ids = new Map(written.rows.map((row) => [row.file, row.id]));
  const after = records.flatMap((record) => groupAffected(ids.get(storableText(record.file)), record.advisory));
  await insertAffected(db, after);
  return rememberChanged(db, [...before, ...after]);
}

function headOf({ details: _details, affected: _affected, ...head }: Advisory): AdvisoryHead {
  return head;
}

interface AffectedRow extends PackageKey {
  readonly record_id: number | undefined;
  readonly entries: Affected[];
}

function groupAffected(recordId: number | undefined, advisory: Advisory): AffectedRow[] {
  const rows = new Map<string, AffectedRow>();
  for (const affected of advisory.affected) {
    const ecosystem = parentEcosystem(affected.ecosystem);
    const key = keyOf(ecosystem, affected.name);
    const row = rows.get(key) ?? { record_id: recordId, ecosystem, name: affected.name, entries: [] };
    row.entries.push(affected);
    rows.set(key, row);
  }
  return [...rows.values()];
}

async function insertAffected(db: Database, rows: readonly AffectedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into advisories_affected (record_id, ecosystem, name, entries)
    select record_id, ecosystem, name, entries from jsonb_to_recordset(${storableJson(rows)}::jsonb)
      as given (record_id bigint, ecosystem text, name text, entries jsonb)`.execute(db);
  const releases = new Set(rows.flatMap((row) => row.entries.map((entry) => storableText(entry.ecosystem))));
  await sql`insert into advisories_release (release) select unnest(${[...releases]}::text[])
    on conflict do nothing`.execute(db);
}

async function deleteAffected(db: Database, source: string, files: readonly string[]): Promise<PackageKey[]> {
  const { rows } = await sql<PackageKey>`delete from advisories_affected a using advisories_record r
    where r.id = a.record_id and r.source = ${source} and r.file = any(${files}::text[])
    returning a.ecosystem, a.name`.execute(db);
  return rows;
}

/** Removes records; returns the packages that they spoke of. */
export async function deleteRecords(
  db: Database,
  source: string,
  files: readonly string[],
): Promise<readonly PackageKey[]> {
  if (files.length === 0) return [];
  const before = await deleteAffected(db, source, files);
  await sql`delete from advisories_record where source = ${source} and file = any(${files}::text[])`.execute(db);
  return rememberChanged(db, before);
}

/** The files of a source, in portions. */
export async function* listFiles(db: Database, source: string): AsyncGenerator<readonly string[]> {
  const t = db.withTables<AdvisoriesTables>();
  let after = '';
  for (;;) {
    const rows = await t
      .selectFrom('advisories_record')
      .select('file')
      .where('source', '=', source)
      .where('file', '>', after)
      .orderBy('file')
      .limit(5_000)
      .execute();
    if (rows.length === 0) return;
    yield rows.map((row) => row.file);
    after = rows.at(-1)?.file ?? after;
  }
}

async function rememberChanged(db: Database, keys: readonly PackageKey[]): Promise<PackageKey[]> {
  const unique = new Map<string, PackageKey>();
  for (const { ecosystem, name } of keys) {
    const key = { ecosystem: storableText(ecosystem), name: storableText(name) };
    unique.set(keyOf(key.ecosystem, key.name), key);
  }
  const changed = [...unique.values()];
  await sql`insert into advisories_changed (ecosystem, name)
    select * from unnest(${changed.map((key) => key.ecosystem)}::text[], ${changed.map((key) => key.name)}::text[])
    order by 1, 2 on conflict do nothing`.execute(db);
  return changed;
}

/** Takes packages whose findings have to be computed again; call it in the transaction that writes those findings. */
export async function takeChangedKeys(db: Database, limit: number): Promise<readonly PackageKey[]> {
  const { rows } = await sql<PackageKey>`delete from advisories_changed where (ecosystem, name) in (
      select ecosystem, name from advisories_changed order by ecosystem, name limit ${limit} for update skip locked
    ) returning ecosystem, name`.execute(db);
  return rows;
}
