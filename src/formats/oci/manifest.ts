import { z } from 'zod';
import { type Digest, isDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { isConfigType, isFileSystemLayer, isIndexType, isManifestType } from './media-types.ts';

const DigestText = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a digest');
const Annotations = z.record(z.string(), z.string());

/** OCI image-spec 1.1, "Content Descriptors". */
export const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest: DigestText,
  size: z.number().int().min(0),
  annotations: Annotations.nullish(),
  artifactType: z.string().nullish(),
  urls: z.array(z.string()).nullish(),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().nullish() }).nullish(),
});
export type Descriptor = z.infer<typeof Descriptor>;

const ImageManifest = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().nullish(),
  config: Descriptor,
  layers: z.array(Descriptor).nullish(),
  subject: Descriptor.nullish(),
  annotations: Annotations.nullish(),
});

const ImageIndex = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().nullish(),
  manifests: z.array(Descriptor).nullish(),
  subject: Descriptor.nullish(),
  annotations: Annotations.nullish(),
});

interface Common {
  readonly mediaType: string;
  /** The manifest's artifactType, or else its config's media type where that is no image config. */
  readonly artifactType: string | null;
  readonly subject: Descriptor | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** `image`: a runnable platform image. `artifact`: anything else with a config and layers (a report, a signature, an SBOM). */
export type Manifest =
  | (Common & {
      readonly kind: 'image' | 'artifact';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    })
  | (Common & { readonly kind: 'index'; readonly manifests: readonly Descriptor[] });

function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('MANIFEST_INVALID', `cannot use manifest: ${issue?.path.join('.')}: ${issue?.message}`);
}

/**
 * OCI image-spec 1.1 "Image Manifest" and "Image Index", and Docker's equivalents.
 * `mediaType` is what the transport said; throws `MANIFEST_INVALID` when the bytes are not that.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): Manifest {
  const value = parseJson(bytes, 'manifest', { maxBytes: 8 * 1024 * 1024 });
  const inner = (value as { mediaType?: unknown } | null)?.mediaType;
  if (typeof inner === 'string' && inner !== mediaType) {
    throw new AppError('MANIFEST_INVALID', `cannot use manifest: it says ${inner} but was sent as ${mediaType}`);
  }
  refuseAmbiguous(value, mediaType);
  if (isIndexType(mediaType)) {
    const index = parseWith(ImageIndex, value);
    return {
      kind: 'index',
      mediaType,
      artifactType: index.artifactType ?? null,
      subject: index.subject ?? null,
      annotations: index.annotations ?? {},
      manifests: index.manifests ?? [],
    };
  }
  if (!isManifestType(mediaType)) {
    throw new AppError('MANIFEST_INVALID', `cannot use manifest: media type ${mediaType} is not supported`);
  }
  const manifest = parseWith(ImageManifest, value);
  const layers = manifest.layers ?? [];
  const isImage = isRunnable(manifest.config, layers);
  return {
    kind: isImage ? 'image' : 'artifact',
    mediaType,
    artifactType: manifest.artifactType ?? (isImage ? null : manifest.config.mediaType),
    subject: manifest.subject ?? null,
    annotations: manifest.annotations ?? {},
    config: manifest.config,
    layers,
  };
}

/** A document that is a manifest to one reader and an index to another (CVE-2021-41190). */
function refuseAmbiguous(value: unknown, mediaType: string): void {
  const foreign = isIndexType(mediaType) ? ['config', 'layers'] : ['manifests'];
  const found = foreign.find((field) => typeof value === 'object' && value !== null && field in value);
  if (!found) return;
  throw new AppError(
    'MANIFEST_INVALID',
    `cannot use manifest: a document of type ${mediaType} must not have "${found}"`,
  );
}

/**
 * What a runtime would start is an image, whatever artifact type it claims. Signatures and attestations borrow the
 * config type of an image, but none of their layers is a file system.
 */
function isRunnable(config: Descriptor, layers: readonly Descriptor[]): boolean {
  return (
    isConfigType(config.mediaType) &&
    (layers.length === 0 || layers.some((layer) => isFileSystemLayer(layer.mediaType)))
  );
}

/** BuildKit's attestation children carry this annotation on their descriptor; they are stored, not judged. */
export function isAttestation(descriptor: Descriptor): boolean {
  return descriptor.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}
