import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/**
 * Announces, in the transaction that makes it, every change that could make what a process remembers of the registry wrong:
 * `registry-changes.ts` reads it. What is only added needs no announcement, because absence is never remembered.
 */
export const migration: Migration = {
  name: '0113-changes',
  up: async (db) => {
    // One message a repository, naming its members as long as they are few; one for everything when repositories are many.
    await sql`create function registry_announce(kind text, repository_ids bigint[], members text[]) returns void
    language plpgsql as $$
    declare
      repository record;
    begin
      if cardinality(repository_ids) is null or cardinality(repository_ids) = 0 then return; end if;
      if (select count(distinct id) from unnest(repository_ids) as given (id)) > 100 then
        perform pg_notify('registry_changed', 'everything');
        return;
      end if;
      for repository in
        select r.name, string_agg(distinct given.member, ' ') as members
        from unnest(repository_ids, members) as given (id, member) join registry_repository r on r.id = given.id
        group by r.name
      loop
        if octet_length(repository.members) > 6000 then
          perform pg_notify('registry_changed', 'repository ' || repository.name);
        else
          perform pg_notify('registry_changed', kind || ' ' || repository.name || ' ' || repository.members);
        end if;
      end loop;
    end $$`.execute(db);
    await announceTags(db);
    await announceLinks(db);
    await announceParents(db);
  },
};

type Steps = Parameters<Migration['up']>[0];

async function announceTags(db: Steps): Promise<void> {
  await sql`create function registry_tags_moved() returns trigger language plpgsql as $$
  begin
    perform registry_announce('tags', array_agg(b.repository_id), array_agg(b.name))
    from before b left join after a on a.repository_id = b.repository_id and a.name = b.name
    where a.digest is distinct from b.digest;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_tags_moved after update on registry_tag
    referencing old table as before new table as after
    for each statement execute function registry_tags_moved()`.execute(db);
  await sql`create function registry_tags_gone() returns trigger language plpgsql as $$
  begin
    perform registry_announce('tags', array_agg(repository_id), array_agg(name)) from before;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_tags_gone after delete on registry_tag
    referencing old table as before for each statement execute function registry_tags_gone()`.execute(db);
}

async function announceLinks(db: Steps): Promise<void> {
  await sql`create function registry_manifests_gone() returns trigger language plpgsql as $$
  begin
    perform registry_announce('manifests', array_agg(repository_id), array_agg(digest)) from before;
    perform registry_announce('parents', array_agg(b.repository_id), array_agg(c.child))
    from before b join registry_manifest_child c on c.parent = b.digest;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_manifests_gone after delete on registry_repository_manifest
    referencing old table as before for each statement execute function registry_manifests_gone()`.execute(db);
  await sql`create function registry_blobs_gone() returns trigger language plpgsql as $$
  begin
    perform registry_announce('blobs', array_agg(repository_id), array_agg(digest)) from before;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_blobs_gone after delete on registry_repository_blob
    referencing old table as before for each statement execute function registry_blobs_gone()`.execute(db);
}

/** A new index in a repository changes what decides a pull of the manifests that it lists. */
async function announceParents(db: Steps): Promise<void> {
  await sql`create function registry_parents_added() returns trigger language plpgsql as $$
  begin
    perform registry_announce('parents', array_agg(a.repository_id), array_agg(c.child))
    from after a join registry_manifest_child c on c.parent = a.digest;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_parents_added after insert on registry_repository_manifest
    referencing new table as after for each statement execute function registry_parents_added()`.execute(db);
  await sql`create function registry_children_added() returns trigger language plpgsql as $$
  begin
    perform registry_announce('parents', array_agg(l.repository_id), array_agg(a.child))
    from after a join registry_repository_manifest l on l.digest = a.parent;
    return null;
  end $$`.execute(db);
  await sql`create trigger registry_children_added after insert on registry_manifest_child
    referencing new table as after for each statement execute function registry_children_added()`.execute(db);
}
