import type { Database } from '#platform/database/database.ts';
import type { GarbageRun } from './garbage.ts';
import { queueUnusedBlobs } from './garbage-queue-store.ts';
import {
  listBlobVictims,
  listManifestsBelow,
  listManifestVictims,
  listUnlinkedVictims,
  type Victim,
} from './garbage-trial-store.ts';

export interface GarbageVictim extends Omit<Victim, 'holders' | 'repositoryId'> {
  /** What the store is smaller by; 0 where others hold it too. */
  readonly freedBytes: number;
}

/**
 * What would go, those that wait longest first, with what would follow from it; at most about `limit`. Nothing is
 * deleted. It asks what the collector asks, with what goes taken for gone.
 */
export async function tryGarbage(db: Database, run: GarbageRun, limit: number): Promise<GarbageVictim[]> {
  await queueUnusedBlobs(db, run);
  const manifests = new Map<string, Victim>();
  const add = (victims: readonly Victim[]): Victim[] => {
    const fresh = victims.filter((victim) => !manifests.has(keyOf(victim)));
    for (const victim of fresh) manifests.set(keyOf(victim), victim);
    return fresh;
  };
  for (let frontier = add(await listManifestVictims(db, limit)); frontier.length > 0 && manifests.size < limit; ) {
    frontier = add(await listManifestsBelow(db, frontier, [...manifests.values()], limit));
  }
  const gone = [...manifests.values()];
  const blobs = new Map((await listBlobVictims(db, gone, limit)).reverse().map((victim) => [keyOf(victim), victim]));
  const unlinked = await listUnlinkedVictims(db, limit);
  return freed([...gone, ...blobs.values(), ...unlinked]).sort((a, b) => a.since.getTime() - b.since.getTime());
}

function keyOf({ repositoryId, digest }: Victim): string {
  return `${repositoryId} ${digest}`;
}

/** Bytes are freed once, by the last holder that goes. */
function freed(victims: readonly Victim[]): GarbageVictim[] {
  const going = new Map<string, number>();
  return victims.map(({ holders, repositoryId: _, ...victim }) => {
    const place = `${victim.kind} ${victim.digest}`;
    const count = (going.get(place) ?? 0) + 1;
    going.set(place, count);
    return { ...victim, freedBytes: holders <= count ? victim.sizeBytes : 0 };
  });
}
