import { decidingFacts, pullFacts } from '#features/lifecycle/index.ts';
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
  const facts = decidingFacts(await pullFacts(db, repository, digest, await parentsOf(db, repository, digest)));
  if (!facts) return { kind: 'served' };
  const message = refusalSentence({ ...facts, reference });
  if (message !== undefined) return { kind: 'refused', message };
  return { kind: 'served', warning: deprecationSentence({ ...facts, reference }, clock.now()) };
}
