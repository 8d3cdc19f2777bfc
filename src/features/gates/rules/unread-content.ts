import { z } from 'zod';
import { isUnread, type Problem } from '#model/problem.ts';
import { bounded, onPlatforms, type Rule } from '../rule.ts';

const Options = z.strictObject({
  /** Codes of problems that do not count. */
  allowed: z.array(z.string().max(100)).max(50).default([]),
  /** `open` leaves such images to a curator. */
  outcome: z.enum(['fail', 'open']).default('fail'),
});

function sentenceOf({ message, path }: Problem): string {
  const text = message.trim().replace(/[.\s]+$/, '');
  const where = path && !text.includes(path) ? ` (${path})` : '';
  return text.charAt(0).toUpperCase() + text.slice(1) + where;
}

/** Everything in the image was read: what was not looked at is never called clean. */
export const unreadContent: Rule<z.infer<typeof Options>> = {
  id: 'unread-content',
  title: 'Unread content',
  Options,
  judge(evidence, { allowed, outcome }) {
    const found = new Map<string, string[]>();
    const counts = (problem: Problem) => isUnread(problem) && !allowed.includes(problem.code);
    for (const problem of evidence.problems) if (counts(problem)) found.set(sentenceOf(problem), []);
    for (const { platform, problems } of evidence.platforms) {
      for (const problem of problems.filter(counts)) {
        const sentence = sentenceOf(problem);
        found.set(sentence, [...(found.get(sentence) ?? []), platform]);
      }
    }
    if (found.size === 0) return { outcome: 'pass', reasons: ['Everything in the image was read.'], remedy: null };
    const sentences = [...found].map(([sentence, platforms]) => {
      const where = onPlatforms(evidence, platforms).trim();
      return where ? `${sentence} (${where}).` : `${sentence}.`;
    });
    const remedy = 'Rebuild the image so that it can be read whole, or ask for an acceptance.';
    return { outcome, reasons: [...bounded(sentences), 'The image is not called clean.'], remedy };
  },
};
