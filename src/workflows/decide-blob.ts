import { LIFECYCLE_CHANNEL, quarantinedDigests } from '#features/lifecycle/index.ts';
import { isOnlyOf, REGISTRY_CHANNEL, readRegistryChange } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import { createMemory } from '#platform/database/memory.ts';
import type { PullDecision } from './decide-pull.ts';
import type { PullDecisionDeps } from './remember-pull-decisions.ts';

const served: PullDecision = { kind: 'served' };

/**
 * Whether a blob may leave the registry by its digest. What only quarantined images have in that repository may not; a
 * layer that they share with others there is served.
 */
export async function decideBlob(
  { db }: { readonly db: Database },
  repository: string,
  digest: Digest,
): Promise<PullDecision> {
  const images = await quarantinedDigests(db);
  if (images.length === 0 || !(await isOnlyOf(db, repository, digest, images))) return served;
  const message = `cannot serve blob ${digest}: in ${repository} it belongs to nothing but a quarantined image, in which malware was found`;
  return { kind: 'refused', message };
}

export type DecideBlob = (repository: string, digest: Digest) => PullDecision | Promise<PullDecision>;

/** As `decideBlob`; that a blob is served is remembered until a quarantine begins, or a manifest leaves the repository. */
export async function openBlobDecisions(deps: Omit<PullDecisionDeps, 'clock'>): Promise<DecideBlob> {
  const { db, notifications, entries } = deps;
  const known = createMemory<true>({ entries, isTrusted: () => notifications.isConnected() });
  const lost = { onLost: known.forgetAll, onBack: known.forgetAll };
  await notifications.listen(LIFECYCLE_CHANNEL, { ...lost, onMessage: known.forgetAll });
  await notifications.listen(REGISTRY_CHANNEL, {
    ...lost,
    onMessage(message) {
      const change = readRegistryChange(message);
      if (change.kind === 'everything') known.forgetAll();
      else if (change.kind === 'manifests' || change.kind === 'repository') known.forgetGroup(change.repository);
    },
  });

  async function read(repository: string, digest: Digest): Promise<PullDecision> {
    const reading = known.beginReading(repository);
    const decision = await decideBlob({ db }, repository, digest);
    if (decision.kind === 'served') known.keep(reading, digest, true);
    return decision;
  }
  return (repository, digest) => (known.get(repository, digest) ? served : read(repository, digest));
}
