import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0201-inventory',
  up: async (db) => {
    await sql`
      create table inventory_layer (
        id bigint generated always as identity primary key,
        diff_id text collate "C" not null unique,
        size_bytes bigint not null,
        catalogers jsonb not null,
        facts bytea not null
      )`.execute(db);
    await sql`
      create table inventory_layer_file (
        layer_id bigint not null references inventory_layer (id) on delete cascade,
        sha256 bytea not null,
        path text collate "C" not null,
        size_bytes bigint not null,
        primary key (layer_id, path)
      )`.execute(db);
    await sql`create index inventory_layer_file_sha256 on inventory_layer_file (sha256)`.execute(db);
    await sql`
      create table inventory_package (
        id bigint generated always as identity primary key,
        ecosystem text collate "C" not null,
        parent_ecosystem text collate "C" not null,
        name text collate "C" not null,
        version text collate "C" not null,
        purl text collate "C" not null,
        source_name text collate "C",
        source_version text collate "C",
        module text collate "C",
        unique nulls not distinct (ecosystem, name, version, purl, source_name, source_version, module)
      )`.execute(db);
    await sql`create index inventory_package_name on inventory_package (parent_ecosystem, name)`.execute(db);
    await sql`create index inventory_package_source on inventory_package (parent_ecosystem, source_name)
      where source_name is not null`.execute(db);
    await sql`
      create table inventory_set (
        id bigint generated always as identity primary key,
        content_digest text collate "C" not null unique,
        source text collate "C" not null
      )`.execute(db);
    await sql`
      create table inventory_set_member (
        set_id bigint not null references inventory_set (id) on delete cascade,
        position integer not null,
        package_id bigint not null references inventory_package (id),
        locations jsonb not null,
        owned_by text collate "C",
        licenses jsonb not null,
        primary key (set_id, position)
      )`.execute(db);
    await sql`create index inventory_set_member_package on inventory_set_member (package_id, set_id)`.execute(db);
    await sql`
      create table inventory_image (
        digest text collate "C" primary key,
        platform text collate "C" not null,
        distribution jsonb,
        problems jsonb not null,
        catalogers jsonb not null,
        inventoried_at timestamptz not null
      )`.execute(db);
    await sql`
      create table inventory_image_set (
        digest text collate "C" not null references inventory_image (digest) on delete cascade,
        set_id bigint not null references inventory_set (id),
        position integer not null,
        primary key (digest, set_id)
      )`.execute(db);
    await sql`create index inventory_image_set_set on inventory_image_set (set_id, digest)`.execute(db);
    await sql`
      create table inventory_image_layer (
        digest text collate "C" not null references inventory_image (digest) on delete cascade,
        position integer not null,
        diff_id text collate "C" not null,
        primary key (digest, position)
      )`.execute(db);
    await sql`create index inventory_image_layer_layer on inventory_image_layer (diff_id, digest)`.execute(db);
  },
};
