import { sql } from 'kysely';
import type { Database } from './database.ts';

/** The value that holds for every machine on this database: the one that is there, or this one from now on. */
export async function settleFact(db: Database, name: string, value: string): Promise<string> {
  await sql`insert into database_fact (name, value) values (${name}, ${value}) on conflict do nothing`.execute(db);
  return (await findFact(db, name)) ?? value;
}

export async function findFact(db: Database, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ value: string }>`select value from database_fact where name = ${name}`.execute(db);
  return rows[0]?.value;
}
