import { z } from 'zod';

/** Where an image is in its life; the state belongs to (repository, digest). */
export const ImageState = z.enum(['staged', 'approved', 'deprecated', 'retired', 'removed', 'rejected', 'quarantined']);
export type ImageState = z.infer<typeof ImageState>;

/** What a sentence about a refused or warned pull needs; from the row of the image's state. */
export interface StateFacts {
  readonly state: ImageState;
  readonly repository: string;
  /** A tag or a digest: what the client asked for. */
  readonly reference: string;
  /** When the state began. */
  readonly since: Date;
  /** Why: a clause that follows "because", without a full stop. */
  readonly reason: string;
  /** What to use instead, as `repository:tag`, when there is something. */
  readonly successor: string | null;
  /** When a deprecated image will be retired. */
  readonly retiresAt: Date | null;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `23 Nov 2026`, in UTC. */
export function formatDay(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function nameOf({ repository, reference }: StateFacts): string {
  const digest = /^(sha\d+):(.+)$/.exec(reference);
  if (!digest) return `${repository}:${reference}`;
  return `${repository}@${digest[1]}:${digest[2]?.slice(0, 10)}…${digest[2]?.slice(-6)}`;
}

/**
 * The one sentence of every refusal, in the registry, the CLI and the portal: what, since when, why, what now.
 * Undefined when a pull in this state is not refused.
 */
export function refusalSentence(facts: StateFacts): string | undefined {
  const because = `on ${formatDay(facts.since)} because ${facts.reason}`;
  const use = facts.successor ? ` Use ${facts.successor} instead.` : ' Ask its owner what to use instead.';
  if (facts.state === 'retired') return `${nameOf(facts)} was retired ${because}.${use}`;
  if (facts.state === 'removed') return `${nameOf(facts)} was removed ${because}.${use}`;
  if (facts.state === 'quarantined')
    return `${nameOf(facts)} is quarantined since ${formatDay(facts.since)} because ${facts.reason}. Nobody can pull it; ask security.`;
  return undefined;
}

/** The text of the `Warning` header (RFC 7234, section 5.5, code 299) for a deprecated image. */
export function deprecationSentence(facts: StateFacts, now: Date): string | undefined {
  if (facts.state !== 'deprecated') return undefined;
  const move = facts.successor ? ` Move to ${facts.successor}.` : '';
  if (!facts.retiresAt)
    return `${nameOf(facts)} is deprecated since ${formatDay(facts.since)} because ${facts.reason}.${move}`;
  const days = Math.max(0, Math.ceil((facts.retiresAt.getTime() - now.getTime()) / 86_400_000));
  return `${nameOf(facts)} is retired on ${formatDay(facts.retiresAt)} (${days} ${days === 1 ? 'day' : 'days'}).${move}`;
}
