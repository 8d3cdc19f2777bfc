import { quarantinedDigests } from '#features/lifecycle/index.ts';
import { isOnlyOf } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { PullDecision } from './decide-pull.ts';

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
  if (images.length === 0 || !(await isOnlyOf(db, repository, digest, images))) return { kind: 'served' };
  const message = `cannot serve blob ${digest}: in ${repository} it belongs to nothing but a quarantined image, in which malware was found`;
  return { kind: 'refused', message };
}
