import type { Database } from '#platform/database/database.ts';
import { lockTags } from '../tag-store.ts';
import { type EffectiveRules, nameOfPlace } from './rule-book.ts';
import { takenInBy } from './tag-pattern.ts';

/** The pattern of the repository's rules that makes the tag immutable. */
export function immutablePattern({ immutableTags }: EffectiveRules, tag: string): string | undefined {
  return immutableTags && takenInBy(immutableTags.patterns, tag);
}

/** Why these tags, which exist, cannot be moved or deleted; undefined when they can. */
export function immutableSentence(
  rules: EffectiveRules,
  change: { readonly repository: string; readonly tags: readonly string[]; readonly verb: 'move' | 'delete' },
): string | undefined {
  for (const tag of change.tags) {
    const pattern = immutablePattern(rules, tag);
    if (pattern === undefined) continue;
    const place = nameOfPlace(rules.immutableTags?.place ?? '');
    const advice = change.verb === 'move' ? 'Push under another tag' : 'It stays';
    return `cannot ${change.verb} ${change.repository}:${tag}: tags like "${pattern}" are immutable in ${place}. ${advice}, or ask an administrator to change that rule.`;
  }
  return undefined;
}

/**
 * Why these tags cannot name this digest; undefined when they can, and then nobody else makes or moves an immutable one
 * of them before the transaction ends.
 */
export async function refuseMoves(
  db: Database,
  rules: EffectiveRules,
  wanted: { readonly repository: string; readonly tags: readonly string[]; readonly digest: string },
): Promise<string | undefined> {
  const { repository, digest } = wanted;
  const immutable = wanted.tags.filter((tag) => immutablePattern(rules, tag) !== undefined);
  if (immutable.length === 0) return undefined;
  const standing = await lockTags(db, repository, immutable);
  const tags = standing.filter((tag) => tag.digest !== digest).map(({ name }) => name);
  return immutableSentence(rules, { repository, tags, verb: 'move' });
}
