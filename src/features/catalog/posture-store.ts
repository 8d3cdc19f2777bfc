import { type RawBuilder, sql } from 'kysely';
import { type FindingCounts, subtractCounts, totalOf } from '#model/finding-counts.ts';
import { type Posture, postureOf, worstOf } from '#model/posture.ts';
import { severities } from '#model/severity.ts';
import {
  addCountsTo,
  countColumns,
  givenCounts,
  readCounts,
  selectCounts,
  setCountsFrom,
} from '#platform/database/count-columns.ts';
import type { Database } from '#platform/database/database.ts';

const ACCEPTED = 'accepted_';

interface PostureRow {
  readonly image: string;
  readonly malware: number;
  readonly packages: number;
  readonly problems: number;
  readonly [count: string]: unknown;
}

function present(row: PostureRow): Posture {
  const accepted = readCounts(row, ACCEPTED);
  const { malware, packages, problems } = row;
  const facts = { malware, packages, problems, accepted: totalOf(accepted) };
  return postureOf(subtractCounts(readCounts(row), accepted), facts);
}

/** The postures of images, of an index the worst of its platforms'; images that were not scanned are absent. */
export async function findPostures(db: Database, digests: readonly string[]): Promise<ReadonlyMap<string, Posture>> {
  const { rows } = await sql<PostureRow>`
    select l.image, p.malware, p.packages, p.problems, ${selectCounts('p')}, ${selectCounts('p', ACCEPTED)}
    from catalog_image_platform l join catalog_posture p on p.digest = l.platform
    where l.image = any(${[...digests]}::text[]) order by l.image, l.position`.execute(db);
  const ofImage = new Map<string, Posture[]>();
  for (const row of rows) {
    const postures = ofImage.get(row.image);
    if (postures) postures.push(present(row));
    else ofImage.set(row.image, [present(row)]);
  }
  return new Map([...ofImage].map(([image, postures]) => [image, worstOf(postures) as Posture]));
}

/** A platform image and what was found in it beside findings. */
export interface ScannedFacts {
  readonly digest: string;
  readonly malware: number;
  readonly packages: number;
  readonly problems: number;
}

/** Records of which platform images an image consists; a single image consists of itself. */
export async function putPlatforms(db: Database, image: string, platforms: readonly string[]): Promise<void> {
  await sql`delete from catalog_image_platform where image = ${image}`.execute(db);
  await sql`insert into catalog_image_platform (image, platform, position)
    select ${image}, platform, position from unnest(${[...platforms]}::text[]) with ordinality as given (platform, position)
    on conflict do nothing`.execute(db);
}

/** Writes postures anew; `counts` is a query of `digest` and counts for these images. */
export async function putPostures(
  db: Database,
  images: readonly ScannedFacts[],
  counts: RawBuilder<unknown>,
): Promise<void> {
  const column = (name: keyof ScannedFacts) => images.map((image) => image[name]);
  await sql`insert into catalog_posture (digest, malware, packages, problems, ${countColumns()})
    select fact.digest, fact.malware, fact.packages, fact.problems, ${countColumns('total')}
    from unnest(${column('digest')}::text[], ${column('malware')}::integer[], ${column('packages')}::integer[],
      ${column('problems')}::integer[]) as fact (digest, malware, packages, problems)
    join (${counts}) total on total.digest = fact.digest order by fact.digest
    on conflict (digest) do update set malware = excluded.malware, packages = excluded.packages,
      problems = excluded.problems, ${setCountsFrom('excluded')}`.execute(db);
}

/** Adds a change to the postures of all platform images that it touches (a query of `digest` and counts); says how many. */
export async function addToPostures(db: Database, changes: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows } = await sql`update catalog_posture p set ${addCountsTo('p', 'change')}
    from (${changes}) change where p.digest = change.digest`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Sets the counts of postures that are there, from a query of `digest` and counts. */
export async function resetPostures(db: Database, counts: RawBuilder<unknown>): Promise<void> {
  await sql`update catalog_posture p set ${setCountsFrom('total')}
    from (${counts}) total where p.digest = total.digest`.execute(db);
}

/** What is accepted of each platform image's findings. Images with nothing accepted are given with zeros. */
export async function putAccepted(db: Database, accepted: ReadonlyMap<string, FindingCounts>): Promise<void> {
  await sql`update catalog_posture p set ${setCountsFrom('given', ACCEPTED)}
    from ${givenCounts(accepted, 'text')}
    where p.digest = given.id and (${countColumns('p', ACCEPTED)}) is distinct from (${countColumns('given')})`.execute(
    db,
  );
}

/** Of the platform images that a query gives, those of which something is accepted. */
export async function findAccepted(db: Database, platforms: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`select digest from catalog_posture
    where ${acceptedSeverities} > 0 and digest in (select digest from (${platforms}) given)`.execute(db);
  return rows.map((row) => row.digest);
}

/** As the index `catalog_posture_accepted` has it. */
const acceptedSeverities = sql.raw(`(${severities.map((severity) => ACCEPTED + severity).join(' + ')})`);

/** The images that consist of these platform images, or of some of them: indexes and single images. */
export async function imagesOfPlatforms(db: Database, platforms: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ image: string }>`select distinct image from catalog_image_platform
    where platform = any(${[...platforms]}::text[])`.execute(db);
  return rows.map((row) => row.image);
}

/** As `imagesOfPlatforms`, of each. */
export async function imagesOfEach(
  db: Database,
  platforms: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ platform: string; images: string[] }>`
    select platform, array_agg(image order by image) as images from catalog_image_platform
    where platform = any(${[...platforms]}::text[]) group by platform`.execute(db);
  return new Map(rows.map((row) => [row.platform, row.images]));
}

/** Brings the grades of the entries up to date that recommend an image of these platforms (a query of `digest`). */
export async function gradeEntries(db: Database, platforms: RawBuilder<unknown>): Promise<void> {
  const { rows } = await sql<{ digest: string }>`select distinct e.recommended_digest as digest
    from (${platforms}) given join catalog_image_platform l on l.platform = given.digest
    join catalog_entry e on e.recommended_digest = l.image`.execute(db);
  const digests = rows.map((row) => row.digest);
  const grades = [...(await findPostures(db, digests))].map(([digest, { grade }]) => ({ digest, grade }));
  await sql`update catalog_entry e set grade = given.grade
    from unnest(${grades.map((row) => row.digest)}::text[], ${grades.map((row) => row.grade)}::text[]) as given (digest, grade)
    where e.recommended_digest = given.digest and e.grade is distinct from given.grade`.execute(db);
}
