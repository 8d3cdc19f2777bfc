import { addDays } from '#kernel/clock.ts';
import { formatDay } from '#model/image-state.ts';
import { type SupportDate, supportWindow } from '#model/lifecycle.ts';
import type { RepositoryImageState } from './state.ts';

/** The author of what the review does. */
export const REVIEWER = 'review';

export interface ReviewPolicy {
  readonly deprecateDaysBefore: number;
  readonly retireDaysAfter: number;
}

export interface Reviewed {
  readonly state: RepositoryImageState;
  /** Who set the state: the review undoes only what it did itself. */
  readonly actor: string;
  readonly retiresAt: Date | null;
  readonly extendedUntil: string | null;
  readonly dates: readonly SupportDate[];
}

/** What the review says: the state from now on, why (a clause that follows "because"), and when it retires the image. */
export interface ReviewOutcome {
  readonly state: 'approved' | 'deprecated' | 'retired';
  readonly reason: string;
  readonly retiresAt: Date | null;
  /** The end that decided (YYYY-MM-DD); null when a curator's own date did. */
  readonly endOfLife: string | null;
}

function dayOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

interface End {
  readonly day: string;
  readonly says: (verb: string) => string;
}

/** The earliest date of the window, or a curator's extension beyond it. */
function endOf(image: Reviewed): End | undefined {
  const { endOfLife, decidedBy } = supportWindow(image.dates);
  if (endOfLife === null || decidedBy === null) return undefined;
  if (image.extendedUntil !== null && image.extendedUntil > endOfLife) {
    return { day: image.extendedUntil, says: (verb) => `its extension ${verb}` };
  }
  return { day: endOfLife, says: (verb) => `${decidedBy.subject} ${verb}` };
}

function clauseOf(end: End, now: Date): string {
  const at = dayOf(end.day);
  return end.says(at <= now ? `ended on ${formatDay(at)}` : `ends on ${formatDay(at)}`);
}

/**
 * The daily review of one approved or deprecated image: deprecated some days ahead of its end, retired some days after
 * it, approved again when the review itself deprecated it and the end has moved away. Undefined: nothing to say.
 */
export function review(image: Reviewed, policy: ReviewPolicy, now: Date): ReviewOutcome | undefined {
  if (image.state !== 'approved' && image.state !== 'deprecated') return undefined;
  const isOwnWork = image.actor === REVIEWER;
  const end = endOf(image);
  if (image.retiresAt && image.retiresAt <= now && !isOwnWork) {
    const reason = `a curator set ${formatDay(image.retiresAt)} as its last day`;
    return { state: 'retired', reason, retiresAt: null, endOfLife: null };
  }
  if (!end)
    return image.state === 'deprecated' && isOwnWork ? restored('no end of its support is known any more') : undefined;
  const at = dayOf(end.day);
  const retiresAt = addDays(at, policy.retireDaysAfter);
  const reason = clauseOf(end, now);
  if (retiresAt <= now) return { state: 'retired', reason, retiresAt: null, endOfLife: end.day };
  if (addDays(at, -policy.deprecateDaysBefore) <= now) {
    const earlier = !isOwnWork && image.retiresAt && image.retiresAt < retiresAt ? image.retiresAt : retiresAt;
    return { state: 'deprecated', reason, retiresAt: earlier, endOfLife: end.day };
  }
  return image.state === 'deprecated' && isOwnWork ? restored(reason) : undefined;
}

function restored(reason: string): ReviewOutcome {
  return { state: 'approved', reason, retiresAt: null, endOfLife: null };
}
