import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** An object with bytes of an upload that do not fill a part yet. */
export interface UploadPiece {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface UploadPart {
  readonly number: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly checksum: string | null;
}

/** What an upload consists of: parts of a multipart upload (or the object that they became), then pieces. */
export interface UploadRow {
  readonly id: string;
  readonly sizeBytes: number;
  readonly multipartId: string | null;
  readonly pieces: readonly UploadPiece[];
  readonly isWhole: boolean;
}

/** A holder that shows no life for so long has lost the upload. */
const LEASE = '30 seconds';

const columns = sql`id, size_bytes as "sizeBytes", multipart_id as "multipartId", pieces, is_whole as "isWhole"`;
const isFree = sql`(holder is null or held_until < now())`;

export async function insertUpload(db: Database, id: string): Promise<void> {
  await sql`insert into blobs_upload (id) values (${id})`.execute(db);
}

/** Undefined when it is unknown, or somebody writes to it. */
export async function findUpload(db: Database, id: string): Promise<UploadRow | undefined> {
  const { rows } = await sql<UploadRow>`select ${columns} from blobs_upload where id = ${id} and ${isFree}`.execute(db);
  return rows[0];
}

export async function listUploadParts(db: Database, id: string): Promise<UploadPart[]> {
  const { rows } = await sql<UploadPart>`
    select number, size_bytes as "sizeBytes", etag, checksum from blobs_upload_part
    where upload_id = ${id} order by number`.execute(db);
  return rows;
}

/** Makes `holder` the upload's only writer; undefined when it is unknown or has another one. */
export async function takeUpload(db: Database, id: string, holder: string): Promise<UploadRow | undefined> {
  const { rows } = await sql<UploadRow>`
    update blobs_upload set holder = ${holder}, held_until = now() + ${LEASE}::interval
    where id = ${id} and ${isFree} returning ${columns}`.execute(db);
  return rows[0];
}

export async function renewUpload(db: Database, id: string, holder: string): Promise<void> {
  await sql`update blobs_upload set held_until = now() + ${LEASE}::interval, updated_at = now()
    where id = ${id} and holder = ${holder}`.execute(db);
}

export async function releaseUpload(db: Database, id: string, holder: string): Promise<void> {
  await sql`update blobs_upload set holder = null, held_until = null, updated_at = now()
    where id = ${id} and holder = ${holder}`.execute(db);
}

/** Records what the upload consists of now. False when `holder` has lost it: nothing is recorded then. */
export async function saveUpload(db: Database, row: UploadRow, holder: string): Promise<boolean> {
  const { numAffectedRows } = await sql`update blobs_upload set
      size_bytes = ${row.sizeBytes}, multipart_id = ${row.multipartId}, pieces = ${JSON.stringify(row.pieces)}::jsonb,
      is_whole = ${row.isWhole}, held_until = now() + ${LEASE}::interval, updated_at = now()
    where id = ${row.id} and holder = ${holder}`.execute(db);
  return numAffectedRows === 1n;
}

/** As `saveUpload`, with one part more. */
export async function saveUploadPart(db: Database, row: UploadRow, part: UploadPart, holder: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await saveUpload(trx, row, holder))) return false;
    await insertPart(trx, row.id, part);
    return true;
  });
}

/** As `saveUpload`, with these parts in place of all others. */
export async function replaceUploadParts(
  db: Database,
  row: UploadRow,
  parts: readonly UploadPart[],
  holder: string,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await saveUpload(trx, row, holder))) return false;
    await sql`delete from blobs_upload_part where upload_id = ${row.id}`.execute(trx);
    for (const part of parts) await insertPart(trx, row.id, part);
    return true;
  });
}

async function insertPart(trx: Database, id: string, part: UploadPart): Promise<void> {
  await sql`insert into blobs_upload_part (upload_id, number, size_bytes, etag, checksum)
    values (${id}, ${part.number}, ${part.sizeBytes}, ${part.etag}, ${part.checksum})`.execute(trx);
}

/** Takes the upload out, unless somebody other than `holder` writes to it. Undefined when there was nothing to take. */
export async function deleteUpload(
  db: Database,
  id: string,
  holder: string | undefined = undefined,
): Promise<UploadRow | undefined> {
  const mine = holder === undefined ? isFree : sql`holder = ${holder}`;
  const { rows } = await sql<UploadRow>`
    delete from blobs_upload where id = ${id} and ${mine} returning ${columns}`.execute(db);
  return rows[0];
}

/** Takes out those that nobody has written to since. */
export async function deleteStaleUploads(db: Database, before: Date): Promise<UploadRow[]> {
  const { rows } = await sql<UploadRow>`
    delete from blobs_upload where updated_at < ${before} returning ${columns}`.execute(db);
  return rows;
}

/** Which of these uploads exist. */
export async function findUploadIds(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select id from blobs_upload where id = any(${ids}::text[])`.execute(db);
  return new Set(rows.map((row) => row.id));
}
