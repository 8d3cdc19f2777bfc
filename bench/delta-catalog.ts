import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * A catalog of facts alone, as large as wanted: images that share bases and middle layers as real ones do. The shape:
 * 3 bases and 20 middle layers for each 1,000 images, two top layers for each three images, 5 package rows an image.
 */
export interface Shape {
  readonly images: number;
  readonly bases: number;
  readonly middles: number;
  readonly tops: number;
  readonly names: number;
}

const BASE_PACKAGES = 100;
const MIDDLE_PACKAGES = 120;
const TOP_PACKAGES = 70;
const VERSIONS = 5;
export const IMAGES_PER_ENTRY = 10;

export function shapeOf(images: number): Shape {
  return {
    images,
    bases: Math.max(10, Math.round(images * 0.003)),
    middles: Math.max(20, Math.round(images * 0.02)),
    tops: Math.max(50, Math.round(images * 0.677)),
    names: images,
  };
}

/** Digest-shaped text for a number, as SQL. */
function digest(kind: string, number: string) {
  return sql.raw(`'sha256:' || encode(sha256(('${kind} ' || ${number})::bytea), 'hex')`);
}

/** Debian, npm and PyPI in the proportions of 1, 3 and 1. */
const ecosystemOfName = sql.raw(`case when name % 5 = 0 then 'Debian:12' when name % 5 = 4 then 'PyPI' else 'npm' end`);

async function fillPackages(db: Database, { names }: Shape): Promise<void> {
  await sql`insert into inventory_package (ecosystem, parent_ecosystem, name, version, purl)
    select ecosystem, split_part(ecosystem, ':', 1), 'name-' || name, version || '.0.0', 'pkg:generic/name-' || name || '@' || version
    from (select name, version, ${ecosystemOfName} as ecosystem
      from generate_series(1, ${names}::int) name, generate_series(1, ${VERSIONS}::int) version) given`.execute(db);
  // What the measured advisories speak of: in every base, in bases of 1,000 images, in middle layers of 100.
  await sql`insert into inventory_package (ecosystem, parent_ecosystem, name, version, purl)
    select 'Debian:12', 'Debian', name, '1.0.0', 'pkg:generic/' || name || '@1.0.0'
    from unnest(array['touch-all', 'touch-1000', 'touch-100']) name`.execute(db);
}

async function fillSets(db: Database, { bases, middles, tops, names }: Shape): Promise<void> {
  await sql`insert into inventory_set (content_digest, source)
    select 'set ' || n, 'bench' from generate_series(1, ${bases + middles + tops}::int) n`.execute(db);
  // A set takes every so many-th package of its kind, beginning somewhere: as spread out as chance, and repeatable.
  await sql`insert into inventory_set_member (set_id, position, package_id, locations, licenses)
    select s, k, 1 + (
      case when s <= ${bases} then ((s * 7919::bigint + k * 104729::bigint) % ${names / 5}::bigint) * 25 + (s + k) % ${VERSIONS} + 20
      else ((s * 7919::bigint + k * 104729::bigint) % ${names * VERSIONS}::bigint) end) % ${names * VERSIONS}::bigint, '[]', '[]'
    from generate_series(1, ${bases + middles + tops}::int) s
    cross join lateral generate_series(1, case when s <= ${bases} then ${BASE_PACKAGES}::int
      when s <= ${bases + middles} then ${MIDDLE_PACKAGES}::int else ${TOP_PACKAGES}::int end) k`.execute(db);
}

async function fillTouched(db: Database, { images, bases, middles }: Shape): Promise<void> {
  const basesFor1000 = Math.max(1, Math.round((1000 * bases) / images));
  const middlesFor100 = Math.max(1, Math.round((100 * middles) / images));
  const member = (name: string, from: number, to: number) => sql`
    insert into inventory_set_member (set_id, position, package_id, locations, licenses)
    select s, 1000 + p.id % 1000, p.id, '[]', '[]' from inventory_package p, generate_series(${from}::int, ${to}::int) s
    where p.name = ${name}`;
  await member('touch-all', 1, bases).execute(db);
  await member('touch-1000', 1, Math.min(bases, basesFor1000)).execute(db);
  await member('touch-100', bases + 1, bases + Math.min(middles, middlesFor100)).execute(db);
}

async function fillImages(db: Database, { images, bases, middles, tops }: Shape): Promise<void> {
  await sql`insert into inventory_image (digest, platform, distribution, problems, catalogers, inventoried_at)
    select ${digest('image', 'n')}, 'linux/amd64', '{"id":"debian","versionId":"12","name":"Debian 12","idLike":[]}', '[]', '{}', now()
    from generate_series(1, ${images}::int) n`.execute(db);
  await sql`insert into inventory_image_set (digest, set_id, position)
    select ${digest('image', 'n')}, set_id, position from generate_series(1, ${images}::int) n
    cross join lateral (values (1 + n % ${bases}::int, 1), (${bases}::int + 1 + n % ${middles}::int, 2),
      (${bases + middles}::int + 1 + n % ${tops}::int, 3)) held (set_id, position)`.execute(db);
}

async function fillRegistry(db: Database, { images }: Shape): Promise<void> {
  const repositories = Math.ceil(images / IMAGES_PER_ENTRY);
  await sql`insert into registry_repository (name) select 'golden/app/e' || n
    from generate_series(1, ${repositories}::int) n`.execute(db);
  await sql`insert into registry_manifest (digest, kind, media_type, annotations, size_bytes, content)
    select ${digest('image', 'n')}, 'image', 'application/vnd.oci.image.manifest.v1+json', '{}', 400, repeat('x', 400)::bytea
    from generate_series(1, ${images}::int) n`.execute(db);
  await sql`insert into registry_repository_manifest (repository_id, digest)
    select r.id, ${digest('image', 'n')} from generate_series(1, ${images}::int) n
    join registry_repository r on r.name = 'golden/app/e' || (1 + n / ${IMAGES_PER_ENTRY}::int)`.execute(db);
  await sql`insert into registry_tag (repository_id, name, digest)
    select repository_id, 'v' || row_number() over (partition by repository_id order by digest), digest
    from registry_repository_manifest`.execute(db);
}

async function fillCatalog(db: Database, { images }: Shape): Promise<void> {
  await sql`insert into catalog_image (digest, platforms, distribution, scanned_at, findings_digest)
    select ${digest('image', 'n')}, '["linux/amd64"]', 'Debian 12', now(), 'seen' from generate_series(1, ${images}::int) n`.execute(
    db,
  );
  await sql`insert into catalog_image_platform (image, platform, position) select digest, digest, 1 from catalog_image`.execute(
    db,
  );
  await sql`insert into catalog_posture (digest, malware, packages, problems)
    select digest, 0, ${BASE_PACKAGES + MIDDLE_PACKAGES + TOP_PACKAGES}, 0 from catalog_image`.execute(db);
  const row = sql`jsonb_build_object('tag', g.name, 'digest', g.digest, 'state', 'approved', 'reason', null,
    'since', '2026-01-01T00:00:00.000Z', 'window', '{"known":true,"endOfLife":"2028-06-30","decidedBy":null,"dates":[]}'::jsonb,
    'distribution', 'Debian 12', 'pushedAt', '2026-01-01T00:00:00.000Z', 'platforms', '["linux/amd64"]'::jsonb)`;
  await sql`insert into catalog_tag (repository, tag, digest, row, pushed_at)
    select r.name, g.name, g.digest, ${row}, now() from registry_tag g join registry_repository r on r.id = g.repository_id`.execute(
    db,
  );
  await sql`insert into catalog_entry (repository, owner, support, recommended, grade, state, distribution, window_known,
      tags, created_at, updated_at)
    select repository, 'platform', '{}', row, 'A', 'approved', 'Debian 12', true, ${IMAGES_PER_ENTRY}, now(), now()
    from catalog_tag where tag = 'v1'`.execute(db);
}

export async function fillCatalogOf(db: Database, shape: Shape): Promise<void> {
  await fillPackages(db, shape);
  await fillSets(db, shape);
  await fillTouched(db, shape);
  await fillImages(db, shape);
  await fillRegistry(db, shape);
  await fillCatalog(db, shape);
  await sql`vacuum analyze`.execute(db);
}
