import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import type { Database } from '#platform/database/database.ts';
import { type Taken, takeLinks } from '../image-store.ts';
import { collectLeaving } from '../link-image.ts';
import { findRepositoryId } from '../repository-store.ts';
import { listTags } from '../tag-store.ts';
import { keepTaken } from './delete-reference.ts';
import { companionOf, type RetainedTag, type RetentionFacts, type UntaggedImage } from './retention.ts';
import type { EffectiveRules } from './rule-book.ts';

const MAX_TAGS = 200_000;
const MAX_UNTAGGED = 10_000;

/** The names of repositories below a place, in order. */
export async function listRepositoriesIn(
  db: Database,
  place: string,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  const below =
    place === EVERYWHERE ? sql`true` : sql`(name = ${place} or (name > ${`${place}/`} and name < ${`${place}0`}))`;
  const rows = await sql<{ name: string }>`select name from registry_repository
    where ${below} and name > ${page.after ?? ''} order by name limit ${page.limit}`.execute(db);
  return rows.rows.map(({ name }) => name);
}

/** Throws `limit-reached` where a repository has more tags than can be weighed at once. */
export async function readRetentionFacts(db: Database, repository: string): Promise<RetentionFacts> {
  const tags = await listTags(db, repository, { limit: MAX_TAGS + 1 });
  if (tags.length > MAX_TAGS) {
    throw new AppError('limit-reached', `cannot weigh ${repository}: it has more than ${MAX_TAGS} tags`);
  }
  const untagged = await sql<UntaggedImage>`select l.digest, l.linked_at as "linkedAt"
    from registry_repository r join registry_repository_manifest l on l.repository_id = r.id
    join registry_manifest m on m.digest = l.digest
    where r.name = ${repository} and m.subject is null
      and not exists (select from registry_tag t where t.repository_id = r.id and t.digest = l.digest)
      and not exists (select from registry_manifest_child c join registry_kept_manifest k on k.digest = c.parent
        where c.child = l.digest and k.repository_id = r.id)
    order by l.linked_at, l.digest limit ${MAX_UNTAGGED}`.execute(db);
  const pulled = await sql<{ digest: Digest; at: Date }>`select digest, max(last_at) as at from (
      select digest, last_at from registry_pull where repository = ${repository}
      union all select c.parent, p.last_at from registry_pull p
      join registry_manifest_child c on c.child = p.digest where p.repository = ${repository}
    ) as pull group by digest`.execute(db);
  return { tags, untagged: untagged.rows, pulledAt: new Map(pulled.rows.map(({ digest, at }) => [digest, at])) };
}

export interface Removal {
  readonly repository: string;
  readonly digest: Digest;
  /** Those that go; a tag that was moved since stays. */
  readonly tags: readonly RetainedTag[];
  /** The image goes too, unless something names it by now. */
  readonly withImage: boolean;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Removes tags, and their image where nothing names it any more. Whole only in a transaction. Says what went. */
export async function removeByRetention(
  db: Database,
  rules: EffectiveRules,
  removal: Removal,
): Promise<{ readonly tags: readonly string[]; readonly isImageGone: boolean }> {
  const { repository, digest, reason, by, at } = removal;
  const repositoryId = await findRepositoryId(db, repository);
  if (repositoryId === undefined) return { tags: [], isImageGone: false };
  // Waits for pushes of the image; only what is asked after that sees their tags.
  await sql`select from registry_repository_manifest
    where repository_id = ${repositoryId} and digest = ${digest} for update`.execute(db);
  const tags = await takeUnchanged(db, repositoryId, removal.tags);
  const isImageGone = removal.withImage && !(await isNamed(db, repositoryId, digest));
  const image: Taken = isImageGone
    ? await takeImage(db, repository, repositoryId, digest)
    : { manifests: [], tags: [] };
  const taken = { manifests: image.manifests, tags: [...tags, ...image.tags] };
  if (taken.tags.length === 0 && taken.manifests.length === 0) return { tags: [], isImageGone: false };
  const reference = tags[0]?.name ?? digest;
  await keepTaken(db, rules, { repositoryId, reference, digest, reason, by, at }, taken);
  return { tags: tags.map(({ name }) => name), isImageGone };
}

async function takeUnchanged(
  db: Database,
  repositoryId: number,
  tags: readonly RetainedTag[],
): Promise<readonly RetainedTag[]> {
  const taken = await sql<RetainedTag>`delete from registry_tag t using unnest(
      ${tags.map(({ name }) => name)}::text[],
      ${tags.map(({ digest }) => digest)}::text[],
      ${tags.map(({ updatedAt }) => updatedAt.toISOString())}::timestamptz[]
    ) as given (name, digest, updated_at)
    where t.repository_id = ${repositoryId} and t.name = given.name and t.digest = given.digest
      and date_trunc('milliseconds', t.updated_at) = given.updated_at
    returning t.name, t.digest, t.updated_at as "updatedAt"`.execute(db);
  return taken.rows;
}

async function isNamed(db: Database, repositoryId: number, digest: Digest): Promise<boolean> {
  const rows = await sql`select from registry_repository_manifest l
    where l.repository_id = ${repositoryId} and l.digest = ${digest}
      and not exists (select from registry_tag t where t.repository_id = l.repository_id and t.digest = l.digest)
      and not exists (select from registry_manifest_child c join registry_kept_manifest k on k.digest = c.parent
        where c.child = l.digest and k.repository_id = l.repository_id)`.execute(db);
  return rows.rows.length === 0;
}

/** With its platforms and referrers, but nothing that has a tag of its own. */
async function takeImage(db: Database, repository: string, repositoryId: number, digest: Digest): Promise<Taken> {
  const leaving = await collectLeaving(db, repository, repositoryId, digest);
  const tagged = await sql<{ name: string; digest: Digest }>`select name, digest from registry_tag
    where repository_id = ${repositoryId} and digest = any(${leaving}::text[])`.execute(db);
  const stays = new Set(tagged.rows.filter(({ name }) => !leaves(name, leaving)).map((tag) => tag.digest));
  const companions = await takeCompanions(
    db,
    repositoryId,
    leaving.filter((member) => !stays.has(member)),
  );
  const image = await takeLinks(
    db,
    repositoryId,
    leaving.filter((member) => !stays.has(member)),
  );
  return {
    manifests: [...image.manifests, ...companions.manifests],
    tags: [...image.tags, ...companions.tags],
  };
}

function leaves(tag: string, leaving: readonly string[]): boolean {
  const subject = companionOf(tag);
  return subject !== undefined && leaving.includes(subject);
}

/** What clients keep under tags that are made of the image's digest, where nothing else names it. */
async function takeCompanions(db: Database, repositoryId: number, members: readonly Digest[]): Promise<Taken> {
  const prefixes = members.map((member) => member.replace(':', '-'));
  const found = await sql<{ digest: Digest }>`select distinct t.digest from registry_tag t
    join unnest(${prefixes}::text[]) as p (prefix) on t.name >= p.prefix and t.name < p.prefix || '/'
    where t.repository_id = ${repositoryId} and not exists (select from registry_tag other
      where other.repository_id = t.repository_id and other.digest = t.digest
        and not (other.name >= p.prefix and other.name < p.prefix || '/'))`.execute(db);
  const digests = found.rows.map((row) => row.digest).filter((each) => !members.includes(each));
  return takeLinks(db, repositoryId, digests);
}
