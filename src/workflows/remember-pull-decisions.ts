import { type ImageFacts, LIFECYCLE_CHANNEL, readStateChange } from '#features/lifecycle/index.ts';
import { REGISTRY_CHANNEL, readRegistryChange } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import { createMemory } from '#platform/database/memory.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import { judgePull, type PullDecision, readDecidingFacts } from './decide-pull.ts';

/** As `decidePull`, but at once where the image's state is remembered. */
export type RememberingDecidePull = (
  repository: string,
  digest: Digest,
  reference: string,
) => PullDecision | Promise<PullDecision>;

export interface PullDecisionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly notifications: Pick<Notifications, 'listen' | 'isConnected'>;
  /** How many images' states are remembered. */
  readonly entries: number;
}

/**
 * States are remembered until the database tells of a change; what follows from them today is worked out for each pull. Until it
 * resolves nothing is remembered.
 */
export async function openPullDecisions(deps: PullDecisionDeps): Promise<RememberingDecidePull> {
  const { db, clock, notifications, entries } = deps;
  const known = createMemory<ImageFacts | null>({ entries, isTrusted: () => notifications.isConnected() });

  async function read(repository: string, digest: Digest): Promise<ImageFacts | null> {
    const reading = known.beginReading(repository);
    const facts = await readDecidingFacts(db, repository, digest);
    known.keep(reading, digest, facts);
    return facts;
  }

  const lost = { onLost: known.forgetAll, onBack: known.forgetAll };
  await notifications.listen(REGISTRY_CHANNEL, {
    ...lost,
    onMessage(message) {
      const change = readRegistryChange(message);
      if (change.kind === 'everything') known.forgetAll();
      if (change.kind === 'repository') known.forgetGroup(change.repository);
      if (change.kind === 'parents') for (const digest of change.members) known.forget(change.repository, digest);
    },
  });
  await notifications.listen(LIFECYCLE_CHANNEL, {
    ...lost,
    onMessage(message) {
      const change = readStateChange(message);
      if (change.kind === 'everything') known.forgetAll();
      else known.forgetGroup(change.repository);
    },
  });

  return (repository, digest, reference) => {
    const facts = known.get(repository, digest);
    if (facts !== undefined) return judgePull(facts, reference, clock.now());
    return read(repository, digest).then((fresh) => judgePull(fresh, reference, clock.now()));
  };
}
