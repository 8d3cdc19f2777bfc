import { decidingFacts, type ImageFacts, pullFacts } from '#features/lifecycle/index.ts';
import { parentsOf } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { deprecationSentence, refusalSentence } from '#model/image-state.ts';
import type { Database } from '#platform/database/database.ts';

export type PullDecision =
  | { readonly kind: 'served'; readonly warning?: string | undefined }
  | { readonly kind: 'refused'; readonly message: string };

/** Whether an image may leave the registry, by its state in that repository; the sentence says why not, or what comes. */
export async function decidePull(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  repository: string,
  digest: Digest,
  reference: string,
): Promise<PullDecision> {
  return judgePull(await readDecidingFacts(db, repository, digest), reference, clock.now());
}

/** Null when nothing stands against a pull. */
export async function readDecidingFacts(db: Database, repository: string, digest: Digest): Promise<ImageFacts | null> {
  const facts = await pullFacts(db, repository, digest, await parentsOf(db, repository, digest));
  return decidingFacts(facts) ?? null;
}

/** What the facts mean at this moment. */
export function judgePull(facts: ImageFacts | null, reference: string, now: Date): PullDecision {
  if (!facts) return { kind: 'served' };
  const message = refusalSentence({ ...facts, reference });
  if (message !== undefined) return { kind: 'refused', message };
  return { kind: 'served', warning: deprecationSentence({ ...facts, reference }, now) };
}
