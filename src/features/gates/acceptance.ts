import { isoDay } from '#kernel/clock.ts';
import type { AcceptanceScope } from '#model/api-intake.ts';
import { namespaceOf } from '#model/namespace.ts';

/** A rule failure, or one finding, that somebody accepted for a scope and a time. */
export interface Acceptance {
  readonly id: string;
  readonly scope: AcceptanceScope;
  /** A digest, a repository or a namespace. */
  readonly scopeValue: string;
  /** The rule's id. */
  readonly rule: string;
  /** An advisory's id or alias: only this finding is accepted, not the rule. */
  readonly advisoryId: string | null;
  readonly reason: string;
  readonly ticket: string | null;
  /** The last day (YYYY-MM-DD, UTC). */
  readonly until: string;
  readonly by: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** What an acceptance may hang on: the image, and the repositories that it is or will be in. */
export interface Scope {
  readonly digest: string;
  readonly repositories: readonly string[];
}

export function isActive(acceptance: Pick<Acceptance, 'until' | 'endedAt'>, now: Date): boolean {
  return isoDay(now) <= acceptance.until && (acceptance.endedAt === null || acceptance.endedAt > now);
}

export function isInScope(acceptance: Pick<Acceptance, 'scope' | 'scopeValue'>, scope: Scope): boolean {
  const { scopeValue } = acceptance;
  if (acceptance.scope === 'image') return scopeValue === scope.digest;
  if (acceptance.scope === 'entry') return scope.repositories.includes(scopeValue);
  return scope.repositories.some((repository) => namespaceOf(repository) === scopeValue);
}

/** True when the acceptance names this advisory by its id or one of its aliases. */
export function acceptsAdvisory(
  acceptance: Pick<Acceptance, 'advisoryId'>,
  advisory: { readonly advisoryId: string; readonly aliases: readonly string[] },
): boolean {
  const named = acceptance.advisoryId;
  return named !== null && (named === advisory.advisoryId || advisory.aliases.includes(named));
}
