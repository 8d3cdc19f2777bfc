import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/**
 * The unique bytes below each place that has a quota, kept by triggers so that no store can forget. A repository below
 * none costs one look at its own row.
 */
export const migration: Migration = {
  name: '0107-usage',
  up: async (db) => {
    await sql`create table registry_usage_place (
      id integer generated always as identity primary key,
      place text collate "C" not null unique
    )`.execute(db);
    // Several rows for a place, so that pushes do not wait for each other; their sum counts.
    await sql`create table registry_usage (
      place_id integer not null references registry_usage_place on delete cascade,
      slot integer not null,
      bytes bigint not null,
      primary key (place_id, slot)
    )`.execute(db);
    await sql`create table registry_usage_content (
      place_id integer not null references registry_usage_place on delete cascade,
      digest text collate "C" not null,
      size_bytes bigint not null,
      primary key (place_id, digest)
    )`.execute(db);
    await sql`alter table registry_repository add column usage_places integer[]`.execute(db);
    await sql`create function registry_place_repository() returns trigger language plpgsql as $$
    begin
      new.usage_places := (select array_agg(id) from registry_usage_place
        where place in ('*', new.name) or starts_with(new.name, place || '/'));
      return new;
    end $$`.execute(db);
    await sql`create trigger registry_place_repository before insert on registry_repository
      for each row execute function registry_place_repository()`.execute(db);
    for (const [table, content] of [
      ['registry_repository_blob', 'registry_blob'],
      ['registry_repository_manifest', 'registry_manifest'],
    ] as const) {
      await countAdded(db, table, content);
      await countRemoved(db, table);
    }
  },
};

type Db = Parameters<Migration['up']>[0];

async function countAdded(db: Db, table: string, content: string): Promise<void> {
  const name = sql.id(`${table}_counted`);
  // Content that is known is held until the transaction ends: who takes its last link away waits, and sees ours.
  await sql`create function ${name}() returns trigger language plpgsql as $$
  begin
    if not exists (select from changed c join registry_repository r on r.id = c.repository_id
      where r.usage_places is not null) then return null; end if;
    perform from registry_usage_content k where (k.place_id, k.digest) in (
      select p, c.digest from changed c join registry_repository r on r.id = c.repository_id, unnest(r.usage_places) p)
      order by k.place_id, k.digest for key share;
    with fresh as (
      insert into registry_usage_content (place_id, digest, size_bytes)
      select distinct p, c.digest, b.size_bytes
      from changed c join registry_repository r on r.id = c.repository_id
      join ${sql.id(content)} b on b.digest = c.digest, unnest(r.usage_places) p
      order by 1, 2 on conflict do nothing returning place_id, size_bytes)
    insert into registry_usage as u (place_id, slot, bytes)
      select place_id, pg_backend_pid() % 16, sum(size_bytes) from fresh group by place_id order by place_id
      on conflict (place_id, slot) do update set bytes = u.bytes + excluded.bytes;
    return null;
  end $$`.execute(db);
  await sql`create trigger ${name} after insert on ${sql.id(table)} referencing new table as changed
    for each statement execute function ${name}()`.execute(db);
}

async function countRemoved(db: Db, table: string): Promise<void> {
  const name = sql.id(`${table}_uncounted`);
  await sql`create function ${name}() returns trigger language plpgsql as $$
  begin
    if not exists (select from changed c join registry_repository r on r.id = c.repository_id
      where r.usage_places is not null) then return null; end if;
    perform from registry_usage_content k where (k.place_id, k.digest) in (
      select p, c.digest from changed c join registry_repository r on r.id = c.repository_id, unnest(r.usage_places) p)
      order by k.place_id, k.digest for update;
    with gone as (
      delete from registry_usage_content k
      where (k.place_id, k.digest) in (
        select p, c.digest from changed c join registry_repository r on r.id = c.repository_id, unnest(r.usage_places) p)
      and not exists (select from registry_repository_blob l join registry_repository r on r.id = l.repository_id
        where l.digest = k.digest and k.place_id = any(r.usage_places))
      and not exists (select from registry_repository_manifest l join registry_repository r on r.id = l.repository_id
        where l.digest = k.digest and k.place_id = any(r.usage_places))
      returning k.place_id, k.size_bytes)
    insert into registry_usage as u (place_id, slot, bytes)
      select place_id, pg_backend_pid() % 16, -sum(size_bytes) from gone group by place_id order by place_id
      on conflict (place_id, slot) do update set bytes = u.bytes + excluded.bytes;
    return null;
  end $$`.execute(db);
  await sql`create trigger ${name} after delete on ${sql.id(table)} referencing old table as changed
    for each statement execute function ${name}()`.execute(db);
}
