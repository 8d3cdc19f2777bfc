import { BoundedMap } from '#kernel/bounded-map.ts';
import { type Digest, isDigest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import { createMemory, type Memory } from '#platform/database/memory.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import { type BlobFacts, findBlob } from './blob-link-store.ts';
import type { StoredManifest } from './manifest.ts';
import { findManifest } from './manifest-store.ts';
import { REGISTRY_CHANNEL, type RegistryChange, readRegistryChange } from './registry-changes.ts';

/**
 * What repositories hold, as `findManifest` and `findBlob` say it, but at once where it is remembered. It is never behind what
 * the database's notifications have told; what a repository does not have is never remembered.
 */
export interface RegistryMemory {
  findManifest(repository: string, reference: string): StoredManifest | undefined | Promise<StoredManifest | undefined>;
  findBlob(repository: string, digest: Digest): BlobFacts | undefined | Promise<BlobFacts | undefined>;
}

export interface RegistryMemoryDeps {
  readonly db: Database;
  readonly notifications: Pick<Notifications, 'listen' | 'isConnected'>;
  /** How many tags, links to manifests and links to blobs are remembered, each. */
  readonly entries: number;
  /** How many bytes of manifests, and how many of small blobs. */
  readonly bytes: number;
}

/** What an entry takes beside its bytes, about. */
const OVERHEAD_BYTES = 1_000;

/** Until it resolves nothing is remembered. */
export async function openRegistryMemory(deps: RegistryMemoryDeps): Promise<RegistryMemory> {
  const { db, notifications, entries, bytes } = deps;
  const isTrusted = () => notifications.isConnected();
  const tags = createMemory<Digest>({ entries, isTrusted });
  const manifestLinks = createMemory<true>({ entries, isTrusted });
  const blobLinks = createMemory<true>({ entries, isTrusted });
  // What a digest stands for never changes: only where it is found does.
  const manifests = new BoundedMap<Digest, StoredManifest>(bytes, (one) => one.bytes.length * 2 + OVERHEAD_BYTES);
  const blobs = new BoundedMap<Digest, BlobFacts>(bytes, (one) => (one.content?.length ?? 0) + OVERHEAD_BYTES);
  const all: readonly Memory<unknown>[] = [tags, manifestLinks, blobLinks];
  const forgetAll = () => {
    for (const memory of all) memory.forgetAll();
  };

  function apply(change: RegistryChange): void {
    if (change.kind === 'everything') forgetAll();
    else if (change.kind === 'repository') for (const memory of all) memory.forgetGroup(change.repository);
    else {
      const memory = { tags, manifests: manifestLinks, blobs: blobLinks, parents: undefined }[change.kind];
      for (const member of change.members) memory?.forget(change.repository, member);
    }
  }

  async function readManifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    const [tagReading, linkReading] = [tags.beginReading(repository), manifestLinks.beginReading(repository)];
    const found = await findManifest(db, repository, reference);
    if (!found) return undefined;
    if (reference !== found.digest) tags.keep(tagReading, reference, found.digest);
    manifestLinks.keep(linkReading, found.digest, true);
    manifests.set(found.digest, found);
    return found;
  }

  async function readBlobFacts(repository: string, digest: Digest): Promise<BlobFacts | undefined> {
    const reading = blobLinks.beginReading(repository);
    const found = await findBlob(db, repository, digest);
    if (!found) return undefined;
    blobLinks.keep(reading, digest, true);
    blobs.set(digest, found);
    return found;
  }

  await notifications.listen(REGISTRY_CHANNEL, {
    onMessage: (message) => apply(readRegistryChange(message)),
    onLost: forgetAll,
    onBack: forgetAll,
  });
  return {
    findManifest(repository, reference) {
      const digest = isDigest(reference)
        ? manifestLinks.get(repository, reference) && reference
        : tags.get(repository, reference);
      return (digest && manifests.get(digest)) ?? readManifest(repository, reference);
    },
    findBlob(repository, digest) {
      const known = blobLinks.get(repository, digest) && blobs.get(digest);
      return known ?? readBlobFacts(repository, digest);
    },
  };
}
