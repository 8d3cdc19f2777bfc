import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/**
 * Announces the ids of principals that are not what they were, or whose tokens are not, in the transaction that changes them;
 * `*` when they are many.
 */
export const migration: Migration = {
  name: '1003-changes',
  up: async (db) => {
    await sql`create function access_announce(ids text[]) returns void language plpgsql as $$
    begin
      if cardinality(ids) > 100 then
        perform pg_notify('access_changed', '*');
      else
        perform pg_notify('access_changed', id) from unnest(ids) as given (id);
      end if;
    end $$`.execute(db);
    for (const [name, table, column] of [
      ['access_principals', 'access_principal', 'id'],
      ['access_tokens', 'access_token', 'principal_id'],
    ] as const) {
      const id = sql.ref(column);
      await sql`create function ${sql.ref(`${name}_gone`)}() returns trigger language plpgsql as $$
      begin
        perform access_announce(array_agg(distinct ${id})) from before;
        return null;
      end $$`.execute(db);
      await sql`create trigger ${sql.ref(`${name}_gone`)} after delete on ${sql.table(table)}
        referencing old table as before
        for each statement execute function ${sql.ref(`${name}_gone`)}()`.execute(db);
    }
    await sql`create function access_principals_changed() returns trigger language plpgsql as $$
    begin
      perform access_announce(array_agg(id)) from (select * from before except select * from after) changed;
      return null;
    end $$`.execute(db);
    await sql`create trigger access_principals_changed after update on access_principal
      referencing old table as before new table as after
      for each statement execute function access_principals_changed()`.execute(db);
    // When a token was last used is noted all the time and means nothing to anybody who remembers it.
    await sql`create function access_tokens_changed() returns trigger language plpgsql as $$
    begin
      perform access_announce(array_agg(distinct b.principal_id))
      from before b left join after a on a.id = b.id
      where (a.principal_id, a.secret_sha256, a.expires_at)
        is distinct from (b.principal_id, b.secret_sha256, b.expires_at);
      return null;
    end $$`.execute(db);
    await sql`create trigger access_tokens_changed after update on access_token
      referencing old table as before new table as after
      for each statement execute function access_tokens_changed()`.execute(db);
  },
};
