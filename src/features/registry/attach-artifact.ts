import type { Digest } from '#kernel/digest.ts';
import { type BlobDeps, putBlobBytes } from './blob-content.ts';
import { type PutManifest, putManifest } from './put-manifest.ts';

export interface NewArtifact {
  readonly manifest: Uint8Array;
  readonly mediaType: string;
  /** What the manifest names: config and layers. */
  readonly blobs: readonly { readonly digest: Digest; readonly bytes: Uint8Array }[];
  readonly tags?: readonly string[];
  readonly pushedBy?: string;
}

/** Puts a small artifact (a report, a signature, a lifecycle note) into a repository. Whole only in a transaction. */
export async function attachArtifact(deps: BlobDeps, repository: string, artifact: NewArtifact): Promise<PutManifest> {
  const { manifest, blobs, ...rest } = artifact;
  for (const blob of blobs) await putBlobBytes(deps, repository, blob.bytes, blob.digest);
  return putManifest(deps.db, { ...rest, repository, bytes: manifest });
}
