import { LIFECYCLE_CHANNEL, quarantinedDigests, readStateChange } from '#features/lifecycle/index.ts';
import { isOnlyOf } from '#features/registry/index.ts';
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

/**
 * As `decideBlob`, at once while nothing is quarantined: that is remembered until the database tells of a quarantine. While
 * something is, the database is asked, because what else a repository has decides.
 */
export async function openBlobDecisions(deps: Omit<PullDecisionDeps, 'clock' | 'entries'>): Promise<DecideBlob> {
  const { db, notifications } = deps;
  const nothing = createMemory<true>({ entries: 2, isTrusted: () => notifications.isConnected() });
  await notifications.listen(LIFECYCLE_CHANNEL, {
    onLost: nothing.forgetAll,
    onBack: nothing.forgetAll,
    onMessage(message) {
      if (readStateChange(message).kind === 'everything') nothing.forgetAll();
    },
  });

  async function read(repository: string, digest: Digest): Promise<PullDecision> {
    const reading = nothing.beginReading('quarantined');
    if ((await quarantinedDigests(db)).length > 0) return decideBlob({ db }, repository, digest);
    nothing.keep(reading, 'nothing', true);
    return served;
  }
  return (repository, digest) => (nothing.get('quarantined', 'nothing') ? served : read(repository, digest));
}
