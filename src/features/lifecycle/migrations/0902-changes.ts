import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Announces, in the transaction that makes it, every change of what decides pulls: `state-changes.ts` reads it. */
export const migration: Migration = {
  name: '0902-changes',
  up: async (db) => {
    await sql`create function lifecycle_announce(repositories text[]) returns void language plpgsql as $$
    begin
      if cardinality(repositories) > 100 then
        perform pg_notify('lifecycle_changed', 'everything');
      else
        perform pg_notify('lifecycle_changed', 'repository ' || name) from unnest(repositories) as given (name);
      end if;
    end $$`.execute(db);
    await announceStates(db);
    await announceQuarantine(db);
  },
};

type Steps = Parameters<Migration['up']>[0];

async function announceStates(db: Steps): Promise<void> {
  await sql`create function lifecycle_states_added() returns trigger language plpgsql as $$
  begin
    perform lifecycle_announce(array_agg(distinct repository)) from after;
    return null;
  end $$`.execute(db);
  await sql`create trigger lifecycle_states_added after insert on lifecycle_state
    referencing new table as after for each statement execute function lifecycle_states_added()`.execute(db);
  // The nightly review writes what is there already: no news.
  await sql`create function lifecycle_states_changed() returns trigger language plpgsql as $$
  begin
    perform lifecycle_announce(array_agg(distinct changed.repository))
    from (select * from before except select * from after) changed;
    return null;
  end $$`.execute(db);
  await sql`create trigger lifecycle_states_changed after update on lifecycle_state
    referencing old table as before new table as after
    for each statement execute function lifecycle_states_changed()`.execute(db);
  await sql`create function lifecycle_states_gone() returns trigger language plpgsql as $$
  begin
    perform lifecycle_announce(array_agg(distinct repository)) from before;
    return null;
  end $$`.execute(db);
  await sql`create trigger lifecycle_states_gone after delete on lifecycle_state
    referencing old table as before for each statement execute function lifecycle_states_gone()`.execute(db);
}

/** A quarantined digest decides for itself and for what it lists, in every repository. */
async function announceQuarantine(db: Steps): Promise<void> {
  await sql`create function lifecycle_quarantine_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('lifecycle_changed', 'everything');
    return null;
  end $$`.execute(db);
  await sql`create trigger lifecycle_quarantine_changed after insert or update or delete on lifecycle_quarantine
    for each row execute function lifecycle_quarantine_changed()`.execute(db);
}
