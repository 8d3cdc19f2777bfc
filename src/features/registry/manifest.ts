import { createHash } from 'node:crypto';
import type { Descriptor, Manifest } from '#formats/oci/manifest.ts';
import { isNondistributable } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';

export type ManifestKind = Manifest['kind'];

/** What the registry knows about a manifest without reading its bytes. */
export interface ManifestFacts {
  readonly digest: Digest;
  /** `image`: something a runtime would start; `artifact`: a report, a signature, an SBOM. */
  readonly kind: ManifestKind;
  readonly mediaType: string;
  /**
   * As OCI distribution-spec 1.1, "Listing Referrers", wants it: where a manifest that is no index has none, its
   * config's media type.
   */
  readonly artifactType: string | null;
  readonly subject: Digest | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

export interface StoredManifest extends ManifestFacts {
  readonly bytes: Buffer;
}

/** What a manifest points to. */
export interface References {
  readonly children: readonly Digest[];
  readonly blobs: readonly { readonly digest: Digest; readonly sizeBytes: number }[];
  /** The blobs that must be there: everything but layers that are kept elsewhere. */
  readonly config: Digest | undefined;
  readonly layers: readonly Digest[];
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** Throws `DIGEST_INVALID` when `expected` is given and is not the digest of the bytes. */
export function checkedDigest(bytes: Uint8Array, expected: Digest | undefined, what: string): Digest {
  const digest = digestOf(bytes, expected?.split(':', 1)[0]);
  if (expected === undefined || digest === expected) return digest;
  throw new AppError('DIGEST_INVALID', `cannot store ${what} ${expected}: the bytes sent have digest ${digest}`);
}

export function factsOf(manifest: Manifest, digest: Digest, sizeBytes: number): ManifestFacts {
  const { kind, mediaType, subject, annotations } = manifest;
  const fallback = manifest.kind === 'index' ? null : manifest.config.mediaType;
  const artifactType = manifest.artifactType ?? fallback;
  return {
    digest,
    kind,
    mediaType,
    artifactType: artifactType === null ? null : storable(artifactType),
    subject: subject?.digest ?? null,
    annotations: Object.fromEntries(Object.entries(annotations).map((entry) => entry.map(storable))),
    sizeBytes,
  };
}

/** JSON may hold what no database text can: NUL and halves of surrogate pairs. The bytes stay as they were sent. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

export function referencesOf(manifest: Manifest): References {
  if (manifest.kind === 'index') {
    const children = [...new Set(manifest.manifests.map((child) => child.digest))];
    return { children, blobs: [], config: undefined, layers: [] };
  }
  const sizes = new Map<Digest, number>();
  for (const { digest, size } of [manifest.config, ...manifest.layers]) sizes.set(digest, size);
  return {
    children: [],
    blobs: [...sizes].map(([digest, sizeBytes]) => ({ digest, sizeBytes })),
    config: manifest.config.digest,
    layers: manifest.layers.filter(isKeptHere).map((layer) => layer.digest),
  };
}

function isKeptHere(layer: Descriptor): boolean {
  return !isNondistributable(layer.mediaType) && !layer.urls?.length;
}
