import { findEntry } from '#features/catalog/index.ts';
import {
  dueForReview,
  findState,
  REVIEWER,
  type Reviewable,
  type ReviewOutcome,
  review,
} from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import { addDays, isoDay } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import { changeState } from './change-state.ts';
import type { SignWork, Step } from './work.ts';

export interface ReviewWork extends SignWork {
  readonly deprecateDays: number;
  readonly retireGraceDays: number;
}

const PAGE = 200;
const LONGEST_NOTICE_DAYS = 3_650;

async function reviewOne(work: ReviewWork, image: Reviewable): Promise<ReviewOutcome['state'] | undefined> {
  const { db, clock } = work;
  const support = (await findEntry(db, image.repository))?.support;
  const policy = {
    deprecateDaysBefore: support?.deprecateDaysBefore ?? work.deprecateDays,
    retireDaysAfter: support?.retireDaysAfter ?? work.retireGraceDays,
  };
  const outcome = review(image, policy, clock.now());
  if (!outcome) return undefined;
  const digest = image.digest as Digest;
  const before = await findState(db, image.repository, digest);
  const isSame = before?.state === outcome.state && before?.retiresAt?.getTime() === outcome.retiresAt?.getTime();
  if (isSame) return undefined;
  const event = { approved: 'image.restored', deprecated: 'image.deprecated', retired: 'image.retired' } as const;
  const { state, reason, retiresAt } = outcome;
  const endOfLife = state === 'approved' ? null : outcome.endOfLife;
  await changeState(work, {
    repository: image.repository,
    digest,
    state,
    reason,
    actor: REVIEWER,
    endOfLife,
    retiresAt,
    event: event[state],
  });
  return state;
}

/** The daily review: deprecates ahead of the end, retires after it, and takes its own word back when the end has moved. */
export async function reviewLifecycle(work: ReviewWork, signal: AbortSignal, step: Step): Promise<string> {
  const { db, clock } = work;
  const endsBefore = isoDay(addDays(clock.now(), LONGEST_NOTICE_DAYS));
  const counts = { approved: 0, deprecated: 0, retired: 0 };
  let reviewed = 0;
  let after: { repository: string; digest: string } | undefined;
  for (;;) {
    const page = await dueForReview(db, { endsBefore, after, limit: PAGE });
    for (const image of page) {
      if (signal.aborted) break;
      if (kindOfNamespace(namespaceOf(image.repository)) !== 'catalog') continue;
      await step(`reviewing ${image.repository}`);
      reviewed += 1;
      const state = await reviewOne(work, image);
      if (state) counts[state] += 1;
    }
    const last = page.at(-1);
    if (page.length < PAGE || !last || signal.aborted) break;
    after = { repository: last.repository, digest: last.digest };
  }
  const message = `${reviewed} images near their end reviewed: ${counts.deprecated} deprecated, ${counts.retired} retired, ${counts.approved} restored`;
  await publish(db, { type: 'lifecycle.reviewed', at: clock.now(), actor: REVIEWER, message, data: counts });
  return message;
}
