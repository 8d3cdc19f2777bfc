import { audit } from '#features/access/index.ts';
import {
  type EffectiveRules,
  forgetDeletions,
  listRepositoriesIn,
  listRules,
  type RuleBook,
  removeByRetention,
  ruleBook,
} from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { type PlannedRemoval, planRetention } from './plan-retention.ts';
import { projectEntry } from './project-entry.ts';
import type { Step } from './work.ts';

export interface RetentionWork {
  readonly db: Database;
  readonly clock: Clock;
}

export interface RetentionRun {
  /** A repository, a path, a namespace, or `*`. */
  readonly place: string;
  /** Who asked for it. */
  readonly by: string;
}

const REPOSITORIES_PER_PAGE = 200;
const FORGOTTEN_AT_ONCE = 500;

/** The job that applies retention below a place now; one that waits is not queued twice. */
export function retentionJob(run: RetentionRun): JobRequest {
  const { place } = run;
  return { name: 'apply-retention', queueClass: 'maintenance', input: run, key: `retention ${place}`, subject: place };
}

/** Removes what no rule keeps, repository by repository, and lets go of deletions whose time is over. */
export async function applyRetention(
  work: RetentionWork,
  run: RetentionRun,
  signal: AbortSignal,
  step: Step,
): Promise<string> {
  const { db, clock } = work;
  const counts = { tags: 0, images: 0, spared: 0 };
  const problems: string[] = [];
  const book = ruleBook(await listRules(db));
  for await (const repository of repositoriesWithRetention(db, book, run.place)) {
    if (signal.aborted) break;
    try {
      const plan = await planRetention(db, repository, book.rulesFor(repository), clock.now());
      if (plan.length === 0) continue;
      await step(`removing from ${repository}`);
      counts.spared += plan.filter(({ spared }) => spared !== null).length;
      for (const removal of removalsOf(plan)) {
        const gone = await remove(work, run, book.rulesFor(repository), removal);
        counts.tags += gone.tags.length;
        if (gone.isImageGone) counts.images += 1;
      }
    } catch (error) {
      problems.push(`${repository}: ${messageOf(error)}`);
    }
  }
  const forgotten = await forgetAll(work, signal);
  const failed = problems.length > 0 ? `; ${problems.length} repositories failed, first ${problems[0]}` : '';
  return `${counts.tags} tags and ${counts.images} images removed, ${counts.spared} spared, ${forgotten} deletions final${failed}`;
}

/** Those below the place for which some retention rule holds. */
export async function* repositoriesWithRetention(
  db: Database,
  book: RuleBook,
  place: string,
  after?: string,
): AsyncGenerator<string> {
  if (!book.places.some(({ rules }) => rules.retention)) return;
  for (let last = after; ; ) {
    const page = await listRepositoriesIn(db, place, { after: last, limit: REPOSITORIES_PER_PAGE });
    for (const repository of page) if (book.rulesFor(repository).retention) yield repository;
    last = page.at(-1);
    if (page.length < REPOSITORIES_PER_PAGE) return;
  }
}

/** What goes, image by image. */
function removalsOf(plan: readonly PlannedRemoval[]): PlannedRemoval[][] {
  const images = new Map<Digest, PlannedRemoval[]>();
  for (const removal of plan) {
    if (removal.spared !== null) continue;
    const group = images.get(removal.digest) ?? [];
    images.set(removal.digest, group);
    group.push(removal);
  }
  return [...images.values()];
}

async function remove(
  { db, clock }: RetentionWork,
  { by }: RetentionRun,
  rules: EffectiveRules,
  removals: readonly PlannedRemoval[],
): Promise<{ readonly tags: readonly string[]; readonly isImageGone: boolean }> {
  const [first] = removals;
  if (!first) return { tags: [], isImageGone: false };
  const { repository, digest } = first;
  const at = clock.now();
  return db.transaction().execute(async (trx) => {
    const gone = await removeByRetention(trx, rules, {
      ...{ repository, digest, by, at },
      tags: removals.flatMap(({ tag }) => tag ?? []),
      withImage: removals.every(({ isImageGoing }) => isImageGoing),
      reason: `retention: ${first.reason}`,
    });
    if (gone.tags.length === 0 && !gone.isImageGone) return gone;
    const data = { tags: gone.tags, image: gone.isImageGone, reason: first.reason };
    const actor = { id: by, name: by };
    await audit(trx, { actor, action: 'retention.remove', subject: `${repository}@${digest}`, from: '', at, data });
    await projectEntry(trx, repository, at);
    return gone;
  });
}

async function forgetAll({ db, clock }: RetentionWork, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (;;) {
    const gone = await db.transaction().execute((trx) => forgetDeletions(trx, clock.now(), FORGOTTEN_AT_ONCE));
    count += gone;
    if (gone < FORGOTTEN_AT_ONCE || signal.aborted) return count;
  }
}
