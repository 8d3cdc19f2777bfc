import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { cleanText } from './clean-package.ts';
import { type LayerFacts, type LayerFileHash, packFacts, unpackFacts } from './layer-facts.ts';
import type { InventoryTables } from './tables.ts';

const FILES_PER_STATEMENT = 20_000;

const MAX_PATH_BYTES = 2000;

/** A path as the database's index takes it: long ones are shortened, and kept different by their hash. */
function storablePath(path: string): string {
  const text = cleanText(path);
  if (Buffer.byteLength(text) <= MAX_PATH_BYTES) return text;
  return `${text.slice(0, MAX_PATH_BYTES / 4)}…${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * The facts of a layer that was read out of bytes of this digest, by whatever versions of the catalogers. Their files carry
 * no hashes: those are asked for by digest.
 */
export async function findLayer(
  db: Database,
  layer: { readonly diffId: string; readonly digest: string },
): Promise<LayerFacts | undefined> {
  const row = await db
    .withTables<InventoryTables>()
    .selectFrom('inventory_layer')
    .innerJoin('inventory_layer_blob', 'inventory_layer_blob.layer_id', 'inventory_layer.id')
    .select('facts')
    .where('inventory_layer.diff_id', '=', layer.diffId)
    .where('inventory_layer_blob.digest', '=', layer.digest)
    .executeTakeFirst();
  return row && unpackFacts(row.facts);
}

/**
 * Replaces what was known of the layer, and notes that bytes of this digest hold it. Runs in a transaction of its own or
 * the caller's.
 */
export async function putLayer(db: Database, facts: LayerFacts, digest: string | null): Promise<void> {
  const values = {
    diff_id: facts.diffId,
    size_bytes: facts.sizeBytes,
    catalogers: JSON.stringify(facts.catalogers),
    facts: packFacts({ ...facts, hashes: facts.hashes.map(({ path }) => ({ path, sha256: '', sizeBytes: 0 })) }),
  };
  const write = async (trx: Database) => {
    const t = trx.withTables<InventoryTables>();
    const { id } = await t
      .insertInto('inventory_layer')
      .values(values)
      .onConflict((conflict) => conflict.column('diff_id').doUpdateSet(values))
      .returning('id')
      .executeTakeFirstOrThrow();
    if (digest !== null) {
      const blob = { digest, layer_id: id };
      const insert = t.insertInto('inventory_layer_blob').values(blob);
      await insert.onConflict((conflict) => conflict.column('digest').doUpdateSet(blob)).execute();
    }
    await t.deleteFrom('inventory_layer_file').where('layer_id', '=', id).execute();
    await insertFiles(trx, id, facts.hashes);
  };
  await (db.isTransaction ? write(db) : db.transaction().execute(write));
}

async function insertFiles(db: Database, layerId: number, hashes: readonly LayerFileHash[]): Promise<void> {
  for (let start = 0; start < hashes.length; start += FILES_PER_STATEMENT) {
    const part = hashes.slice(start, start + FILES_PER_STATEMENT);
    await sql`
      insert into inventory_layer_file (layer_id, sha256, path, size_bytes)
      select ${layerId}, decode(sha256, 'hex'), path, size_bytes from unnest(
        ${part.map((file) => file.sha256)}::text[], ${part.map((file) => storablePath(file.path))}::text[],
        ${part.map((file) => file.sizeBytes)}::bigint[]) as given (sha256, path, size_bytes)
      on conflict do nothing`.execute(db);
  }
}

/** A file in one layer of an image. */
export interface ImageFile {
  readonly path: string;
  readonly layer: string;
  readonly sha256: string;
}

/** The distinct digests of an image's files, in all its layers. */
export async function fileDigestsOf(db: Database, digest: string): Promise<string[]> {
  const rows = await sql<{ sha256: string }>`
    select distinct encode(f.sha256, 'hex') as sha256
    from inventory_image_layer i join inventory_layer l on l.diff_id = i.diff_id join inventory_layer_file f on f.layer_id = l.id
    where i.digest = ${digest}`.execute(db);
  return rows.rows.map((row) => row.sha256);
}

/** Where files of these digests lie in an image; in layer order, then by path. */
export async function filesWithDigest(db: Database, digest: string, sha256s: readonly string[]): Promise<ImageFile[]> {
  if (sha256s.length === 0) return [];
  const rows = await sql<ImageFile>`
    select f.path, i.diff_id as layer, encode(f.sha256, 'hex') as sha256
    from inventory_image_layer i join inventory_layer l on l.diff_id = i.diff_id join inventory_layer_file f on f.layer_id = l.id
    where i.digest = ${digest} and f.sha256 = any(select decode(given, 'hex') from unnest(${[...sha256s]}::text[]) given)
    order by i.position, f.path`.execute(db);
  return rows.rows;
}

/** The platform images with such a file in any layer. */
export async function imagesWithFiles(db: Database, sha256s: readonly string[]): Promise<string[]> {
  if (sha256s.length === 0) return [];
  const rows = await sql<{ digest: string }>`
    select distinct i.digest from inventory_layer_file f
    join inventory_layer l on l.id = f.layer_id join inventory_image_layer i on i.diff_id = l.diff_id
    where f.sha256 = any(select decode(given, 'hex') from unnest(${[...sha256s]}::text[]) given)
    order by i.digest`.execute(db);
  return rows.rows.map((row) => row.digest);
}
