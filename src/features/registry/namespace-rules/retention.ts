import { addDays, isoDay } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import type { RetentionRule } from '#model/namespace-rules.ts';
import type { EffectiveRules } from './rule-book.ts';
import { takenInBy } from './tag-pattern.ts';

export interface RetainedTag {
  readonly name: string;
  readonly digest: Digest;
  readonly updatedAt: Date;
}

export interface UntaggedImage {
  readonly digest: Digest;
  readonly linkedAt: Date;
}

/** What a repository holds, as far as retention asks. */
export interface RetentionFacts {
  readonly tags: readonly RetainedTag[];
  /** Images that no tag and no index there names. */
  readonly untagged: readonly UntaggedImage[];
  /** When each image, or a platform of it, was last pulled there. */
  readonly pulledAt: ReadonlyMap<Digest, Date>;
}

/** Something that no rule keeps: a tag, or an image without one. */
export interface Victim {
  readonly tag: RetainedTag | null;
  readonly digest: Digest;
  /** A sentence's end: "it goes because …". */
  readonly reason: string;
}

/** Tags under which clients keep what belongs to an image: they go with it, never before it. */
const COMPANION = /^(sha256|sha512)-([0-9a-f]{64,128})(?:\.\w+)?$/;

export function companionOf(tag: string): string | undefined {
  const [, algorithm, hex] = COMPANION.exec(tag) ?? [];
  return algorithm && `${algorithm}:${hex}`;
}

/** What no rule keeps, the oldest tag first. */
export function chooseVictims(
  retention: NonNullable<EffectiveRules['retention']>,
  facts: RetentionFacts,
  now: Date,
): Victim[] {
  const groups = groupByRule(retention.rules, facts.tags);
  const tags = [...groups].flatMap(([rule, tags]) => victimsOf(rule, tags, facts, now));
  tags.sort((a, b) => (a.tag?.updatedAt.getTime() ?? 0) - (b.tag?.updatedAt.getTime() ?? 0));
  return [...tags, ...untaggedVictims(retention.untaggedDays, facts, now)];
}

/** The first rule that names a tag decides about it. */
function groupByRule(
  rules: readonly RetentionRule[],
  tags: readonly RetainedTag[],
): ReadonlyMap<RetentionRule, RetainedTag[]> {
  const groups = new Map<RetentionRule, RetainedTag[]>();
  for (const tag of tags) {
    if (companionOf(tag.name)) continue;
    const rule = rules.find((each) => takenInBy(each.tags, tag.name) !== undefined);
    if (!rule || rule.keepAll) continue;
    const group = groups.get(rule) ?? [];
    groups.set(rule, group);
    group.push(tag);
  }
  return groups;
}

function victimsOf(rule: RetentionRule, tags: readonly RetainedTag[], facts: RetentionFacts, now: Date): Victim[] {
  const places = placesByPush(tags);
  return tags.flatMap((tag) => {
    const place = places.get(tag.digest) ?? 0;
    const pulledAt = facts.pulledAt.get(tag.digest);
    const reasons: string[] = [];
    if (rule.keepLast !== undefined) {
      if (place <= rule.keepLast) return [];
      reasons.push(`its image is number ${place} by push of ${places.size}, and the last ${rule.keepLast} stay`);
    }
    if (rule.keepPushedDays !== undefined) {
      if (tag.updatedAt > addDays(now, -rule.keepPushedDays)) return [];
      reasons.push(`it was pushed on ${isoDay(tag.updatedAt)}, over ${count(rule.keepPushedDays)} ago`);
    }
    if (rule.keepPulledDays !== undefined) {
      if (pulledAt && pulledAt > addDays(now, -rule.keepPulledDays)) return [];
      reasons.push(pulledSentence(pulledAt, rule.keepPulledDays));
    }
    return [{ tag, digest: tag.digest, reason: reasons.join('; ') }];
  });
}

/** The newest image is 1; an image is as new as its newest tag. */
function placesByPush(tags: readonly RetainedTag[]): ReadonlyMap<Digest, number> {
  const newest = new Map<Digest, number>();
  for (const { digest, updatedAt } of tags) {
    newest.set(digest, Math.max(newest.get(digest) ?? 0, updatedAt.getTime()));
  }
  const ordered = [...newest].sort(([a, pushedA], [b, pushedB]) => pushedB - pushedA || (a < b ? -1 : 1));
  return new Map(ordered.map(([digest], index) => [digest, index + 1]));
}

function untaggedVictims(days: number | undefined, { untagged, pulledAt }: RetentionFacts, now: Date): Victim[] {
  if (days === undefined) return [];
  const before = addDays(now, -days);
  return untagged
    .filter(({ digest, linkedAt }) => linkedAt <= before && (pulledAt.get(digest) ?? before) <= before)
    .map(({ digest, linkedAt }) => ({
      tag: null,
      digest,
      reason: `no tag names it; it was pushed on ${isoDay(linkedAt)}, ${pulledSentence(pulledAt.get(digest), days)}`,
    }));
}

function pulledSentence(pulledAt: Date | undefined, days: number): string {
  return pulledAt ? `last pulled on ${isoDay(pulledAt)}, over ${count(days)} ago` : 'nobody has pulled it';
}

function count(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
