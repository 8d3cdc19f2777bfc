import { type Generated, sql } from 'kysely';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Database } from './database.ts';

/** One step of the schema. `name` is `NNNN-words`, unique in the product; a released step never changes. */
export interface Migration {
  readonly name: string;
  up(db: Database): Promise<void>;
}

type Tables = {
  platform_migration: { name: string; applied_at: Generated<Date> };
};

const LOCK = 4_157_341_001;

/**
 * Applies what is missing, in the order of the names, each step in its own transaction; returns the names of what it
 * applied. Safe when several processes call it at once: one works, the others wait and find nothing to do.
 * Throws `conflict` when the database was written by a newer version.
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  const ordered = inOrder(migrations);
  return db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection);
    try {
      return await applyMissing(connection, ordered);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
      await sql`reset statement_timeout`.execute(connection);
    }
  });
}

function inOrder(migrations: readonly Migration[]): Migration[] {
  const ordered = [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = ordered.find((migration, index) => migration.name === ordered[index + 1]?.name);
  if (twice) throw new AppError('internal', `cannot migrate: two migrations are named ${twice.name}`);
  return ordered;
}

async function applyMissing(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  const t = db.withTables<Tables>();
  await sql`create table if not exists platform_migration (
    name text collate "C" primary key,
    applied_at timestamptz not null default now()
  )`.execute(db);
  const applied = new Set((await t.selectFrom('platform_migration').select('name').execute()).map((row) => row.name));
  refuseUnknown(applied, migrations);
  const missing = migrations.filter((migration) => !applied.has(migration.name));
  for (const migration of missing) await apply(db, migration);
  return missing.map((migration) => migration.name);
}

function refuseUnknown(applied: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...applied].find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new AppError(
    'conflict',
    `cannot use the database: a newer version of Assay wrote it (step ${unknown} is unknown here); ` +
      'start that version, or restore a backup made by this one',
  );
}

async function apply(db: Database, migration: Migration): Promise<void> {
  try {
    await db.transaction().execute(async (trx) => {
      await migration.up(trx);
      await trx.withTables<Tables>().insertInto('platform_migration').values({ name: migration.name }).execute();
    });
  } catch (cause) {
    throw new AppError('internal', `cannot apply migration ${migration.name}: ${messageOf(cause)}`, { cause });
  }
}
