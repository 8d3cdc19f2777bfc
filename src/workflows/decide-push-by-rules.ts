import { type EffectiveRules, refuseBytes, refuseMoves, refuseRepository } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { catalogRepository, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';

export interface RuledPush {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly kind: 'image' | 'index' | 'artifact';
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/**
 * Why the rules of the namespaces do not allow a push: an immutable tag, here or where it would be cataloged, or a quota.
 * In the transaction that stores it.
 */
export async function refuseByRules(
  db: Database,
  rulesFor: (repository: string) => EffectiveRules | Promise<EffectiveRules>,
  push: RuledPush,
): Promise<string | undefined> {
  const { repository } = push;
  const rules = await rulesFor(repository);
  return (
    (await refuseMoves(db, rules, push)) ??
    (await refuseCatalogMoves(db, rulesFor, push)) ??
    (await refuseRepository(db, rules, repository)) ??
    (await refuseBytes(db, rules, push))
  );
}

/** What could never be cataloged under its tag is refused at the door, not after it was judged. */
async function refuseCatalogMoves(
  db: Database,
  rulesFor: (repository: string) => EffectiveRules | Promise<EffectiveRules>,
  { repository, kind, tags, digest }: RuledPush,
): Promise<string | undefined> {
  if (kind === 'artifact' || kindOfNamespace(namespaceOf(repository)) !== 'intake') return undefined;
  const target = catalogRepository(repository);
  return refuseMoves(db, await rulesFor(target), { repository: target, tags, digest });
}
