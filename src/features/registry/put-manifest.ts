import { parseManifest } from '#formats/oci/manifest.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { listMissingBlobs } from './blob-link-store.ts';
import { restoreLostBlobs, restoreLostManifests } from './lost-link-store.ts';
import { checkedDigest, factsOf, type ManifestFacts, type References, referencesOf } from './manifest.ts';
import { holdManifests, insertManifest, linkManifest } from './manifest-store.ts';
import { ensureRepositoryId } from './repository-store.ts';
import { setTags } from './tag-store.ts';

export interface NewManifest {
  readonly repository: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** What the sender believes the digest to be; its algorithm is used. */
  readonly digest?: Digest;
  readonly tags?: readonly string[];
  readonly pushedBy?: string;
  /** Layers need not be in the repository (a sparse image); the config always must. */
  readonly allowMissingBlobs?: boolean;
}

export interface PutManifest {
  readonly digest: Digest;
  readonly manifest: ManifestFacts;
  /** False when the repository had it already. */
  readonly created: boolean;
}

/** A manifest that was read and checked, not stored yet. */
export interface PreparedManifest {
  readonly given: NewManifest;
  readonly manifest: ManifestFacts;
  readonly references: References;
}

/** Throws `MANIFEST_INVALID`, `DIGEST_INVALID`. */
export function prepareManifest(given: NewManifest): PreparedManifest {
  const parsed = parseManifest(given.bytes, given.mediaType);
  const digest = checkedDigest(given.bytes, given.digest, 'manifest');
  return { given, manifest: factsOf(parsed, digest, given.bytes.length), references: referencesOf(parsed) };
}

/**
 * Stores a manifest, puts it into the repository and points the tags to it. Whole only in a transaction.
 * An index may list manifests that are not there. Throws `MANIFEST_BLOB_UNKNOWN`.
 */
export async function storeManifest(
  db: Database,
  { given, manifest, references }: PreparedManifest,
): Promise<PutManifest> {
  const { digest } = manifest;
  const repositoryId = await ensureRepositoryId(db, given.repository);
  await requireBlobs(db, given, repositoryId, references);
  await holdChildren(db, repositoryId, references);
  await insertManifest(db, { ...manifest, bytes: Buffer.from(given.bytes) }, references);
  const created = await linkManifest(db, repositoryId, digest, given.pushedBy ?? null);
  await setTags(db, repositoryId, given.tags ?? [], digest);
  return { digest, manifest, created };
}

/** Both steps. Throws `MANIFEST_INVALID`, `DIGEST_INVALID`, `MANIFEST_BLOB_UNKNOWN`. */
export async function putManifest(db: Database, given: NewManifest): Promise<PutManifest> {
  return storeManifest(db, prepareManifest(given));
}

/** Whatever the manifest names and the repository has stays there until the transaction ends. */
async function requireBlobs(
  db: Database,
  given: NewManifest,
  repositoryId: number,
  references: References,
): Promise<void> {
  const named = references.blobs.map((blob) => blob.digest);
  const lost = await listMissingBlobs(db, repositoryId, named);
  const restored = new Set(lost.length > 0 ? await restoreLostBlobs(db, repositoryId, lost) : []);
  const required = new Set(references.config ? [references.config] : []);
  if (!given.allowMissingBlobs) for (const layer of references.layers) required.add(layer);
  const missing = lost.filter((digest) => required.has(digest) && !restored.has(digest));
  if (missing.length === 0) return;
  throw new AppError(
    'MANIFEST_BLOB_UNKNOWN',
    `cannot store manifest: ${given.repository} does not have ${missing.slice(0, 5).join(', ')}; push blobs first`,
    { details: { digests: missing } },
  );
}

/** An index may list what is not there; what is there stays, and what the collector has just taken out comes back. */
async function holdChildren(db: Database, repositoryId: number, { children }: References): Promise<void> {
  if (children.length === 0) return;
  const held = new Set(await holdManifests(db, repositoryId, children));
  const lost = children.filter((digest) => !held.has(digest));
  if (lost.length > 0) await restoreLostManifests(db, repositoryId, lost);
}
