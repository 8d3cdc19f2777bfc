import { z } from 'zod';
import { addDays, isoDay } from '#kernel/clock.ts';
import { formatDay } from '#model/image-state.ts';
import type { SupportDate } from '#model/lifecycle.ts';
import type { Evidence, Rule } from '../rule.ts';

const Options = z.strictObject({
  /** Fail images of which no end of support is known. */
  require: z.boolean().default(false),
  /** Days of support that must be left. */
  daysLeft: z.int().min(0).max(3650).default(0),
  /** `open` leaves an image past its end to a curator. */
  pastEnd: z.enum(['fail', 'open']).default('fail'),
});

function sentenceOf({ subject, endOfLife }: SupportDate, today: string): string {
  const verb = (endOfLife ?? '') <= today ? 'ended' : 'ends';
  return `${subject.charAt(0).toUpperCase()}${subject.slice(1)} ${verb} on ${formatDay(new Date(endOfLife ?? 0))}.`;
}

function passReason({ dates, decidedBy }: Evidence['window'], today: string): string {
  if (!decidedBy?.endOfLife) return `${dates.map((date) => date.subject).join(', ')}: no end of support is set.`;
  if (decidedBy.source === 'artifact' || decidedBy.source === 'owner') return sentenceOf(decidedBy, today);
  return `${decidedBy.subject} is supported until ${formatDay(new Date(decidedBy.endOfLife))}.`;
}

/** The distribution and the main runtime are still supported. The end of life is the first day without support. */
export const supportWindow: Rule<z.infer<typeof Options>> = {
  id: 'support-window',
  title: 'Support window',
  Options,
  judge({ window, now }, options) {
    const limit = isoDay(addDays(now, options.daysLeft));
    const over = window.dates.filter(({ endOfLife }) => endOfLife !== null && endOfLife <= limit);
    over.sort((a, b) => (a.endOfLife ?? '').localeCompare(b.endOfLife ?? ''));
    if (over.length > 0) {
      const reasons = over.map((date) => sentenceOf(date, isoDay(now)));
      if (options.daysLeft > 0) reasons.push(`The rule asks for ${options.daysLeft} days of support.`);
      const remedy = 'Move to a release that is still supported, or ask a curator to accept the image for a time.';
      return { outcome: options.pastEnd, reasons, remedy };
    }
    if (!window.known) {
      const reason =
        'No end of support is known: the end-of-life data has neither the distribution nor a runtime of this image.';
      const remedy = 'Attach a lifecycle artifact with the end-of-life date, or give the entry a support policy.';
      return { outcome: options.require ? 'fail' : 'pass', reasons: [reason], remedy: options.require ? remedy : null };
    }
    return { outcome: 'pass', reasons: [passReason(window, isoDay(now))], remedy: null };
  },
};
