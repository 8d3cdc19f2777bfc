import { entriesShowing } from '#features/catalog/index.ts';
import { listIntake } from '#features/gates/index.ts';
import { findState, statesOf } from '#features/lifecycle/index.ts';
import {
  chooseVictims,
  type EffectiveRules,
  immutablePattern,
  parentsOf,
  type RetainedTag,
  type RetentionFacts,
  readRetentionFacts,
  topImagesOf,
  type Victim,
} from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { formatDay } from '#model/image-state.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';

/** One thing that no rule keeps, and what becomes of it. */
export interface PlannedRemoval {
  readonly repository: string;
  readonly tag: RetainedTag | null;
  readonly digest: Digest;
  /** Why no rule keeps it. */
  readonly reason: string;
  /** Why it stays all the same; null when it goes. */
  readonly spared: string | null;
  /** Its last tag here goes: the image leaves the repository too. */
  readonly isImageGoing: boolean;
}

interface Plan {
  readonly db: Database;
  readonly repository: string;
  readonly rules: EffectiveRules;
  readonly now: Date;
}

/**
 * What retention would remove from a repository, with every reason. In a catalog namespace the life cycle decides: only what
 * it has moved to `removed` goes, whatever the rules say, so that nothing that is served, and no sentence that says why it is
 * not, ever goes by age.
 */
export async function planRetention(
  db: Database,
  repository: string,
  rules: EffectiveRules,
  now: Date,
): Promise<PlannedRemoval[]> {
  if (!rules.retention) return [];
  const plan: Plan = { db, repository, rules, now };
  const facts = await readRetentionFacts(db, repository);
  const isCatalog = kindOfNamespace(namespaceOf(repository)) === 'catalog';
  const victims = isCatalog ? await removedVictims(plan, facts) : chooseVictims(rules.retention, facts, now);
  const spared = await sparedDigests(plan, victims);
  const judged = victims.map((victim) => ({
    victim,
    spared: spared.get(victim.digest) ?? immutableReason(rules, victim),
  }));
  const staying = new Set(facts.tags.map(({ name }) => name));
  for (const { victim, spared } of judged) if (!spared && victim.tag) staying.delete(victim.tag.name);
  const held = new Set(facts.tags.filter(({ name }) => staying.has(name)).map(({ digest }) => digest));
  const listed = await listedHere(plan, victims);
  return judged.map(({ victim, spared }) => ({
    repository,
    ...victim,
    spared: spared ?? null,
    isImageGoing: !spared && !held.has(victim.digest) && !listed.has(victim.digest),
  }));
}

async function removedVictims({ db, repository }: Plan, { tags, untagged }: RetentionFacts): Promise<Victim[]> {
  const victims: Victim[] = [];
  const bare = untagged.map(({ digest }) => ({ tag: null, digest }));
  for (const { tag, digest } of [...tags.map((tag) => ({ tag, digest: tag.digest })), ...bare]) {
    const state = await findState(db, repository, digest);
    if (state?.state !== 'removed') continue;
    victims.push({ tag, digest, reason: `it was removed on ${formatDay(state.since)} because ${state.reason}` });
  }
  return victims;
}

function immutableReason(rules: EffectiveRules, { tag }: Victim): string | undefined {
  const pattern = tag ? immutablePattern(rules, tag.name) : undefined;
  return pattern === undefined ? undefined : `tags like "${pattern}" are immutable`;
}

async function sparedDigests(plan: Plan, victims: readonly Victim[]): Promise<ReadonlyMap<Digest, string>> {
  const spared = new Map<Digest, string>();
  if (victims.length === 0) return spared;
  for (const digest of await undecidedDigests(plan)) spared.set(digest, 'the gate has not decided about it yet');
  for (const digest of new Set(victims.map((victim) => victim.digest))) {
    const use = await findCatalogUse(plan, digest);
    if (use) spared.set(digest, use);
  }
  return spared;
}

/** Nothing that the catalog serves goes, here or there: not the image, not one that lists it. */
async function findCatalogUse({ db }: Plan, digest: Digest): Promise<string | undefined> {
  for (const top of new Set([digest, ...(await topImagesOf(db, [digest]))])) {
    const entries = await entriesShowing(db, top);
    if (entries.length === 0) continue;
    const states = await statesOf(db, top);
    const serving = states.find(
      ({ repository, state }) => entries.includes(repository) && (state === 'approved' || state === 'deprecated'),
    );
    if (serving) return `the catalog serves it as ${serving.repository}, where it is ${serving.state}`;
  }
  return undefined;
}

const UNDECIDED = ['queued', 'running', 'waiting'] as const;

async function undecidedDigests({ db, repository }: Plan): Promise<Digest[]> {
  const digests: Digest[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await listIntake(db, { repository, statuses: UNDECIDED, limit: 200, after });
    digests.push(...items.map((intake) => intake.digest as Digest));
    after = next ?? undefined;
  } while (after !== undefined);
  return digests;
}

async function listedHere({ db, repository }: Plan, victims: readonly Victim[]): Promise<ReadonlySet<Digest>> {
  const listed = new Set<Digest>();
  for (const { digest } of victims) if ((await parentsOf(db, repository, digest)).length > 0) listed.add(digest);
  return listed;
}
