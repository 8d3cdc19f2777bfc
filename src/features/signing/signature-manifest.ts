import { createHash } from 'node:crypto';
import { parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import { type SignatureTarget, THUMBPRINT_ANNOTATION } from './signing.ts';

/** What counts in the manifest of a signature. */
export interface SignatureManifest {
  readonly envelopeType: string;
  readonly envelopeDigest: Digest;
  /** SHA-256 of each certificate in lower-case hex, as the manifest lists them. */
  readonly thumbprints: readonly string[];
}

const MAX_ENVELOPE_BYTES = 1024 * 1024;

function broken(reason: string): AppError {
  return new AppError('unusable-input', `cannot trust signature manifest: ${reason}`);
}

/** Reads both shapes, notation 1.x's and the newer one. Throws `unusable-input` with the fact. */
export function parseSignatureManifest(signature: {
  readonly subject: SignatureTarget;
  readonly manifest: Uint8Array;
  readonly envelope: Uint8Array;
}): SignatureManifest {
  const manifest = parseManifest(signature.manifest, mediaTypes.imageManifest);
  if (manifest.kind !== 'artifact' || manifest.artifactType !== artifactTypes.notarySignature) {
    throw broken('it is not of the Notary Project');
  }
  const isNewShape = manifest.config.mediaType === mediaTypes.empty;
  if (!isNewShape && manifest.config.mediaType !== artifactTypes.notarySignature) throw broken('its config is unknown');
  checkSubject(manifest.subject, signature.subject);
  const [layer, ...more] = manifest.layers;
  if (!layer || more.length > 0) throw broken(`it has ${manifest.layers.length} layers, not one`);
  checkEnvelope(layer, signature.envelope);
  return {
    envelopeType: layer.mediaType,
    envelopeDigest: layer.digest,
    thumbprints: parseThumbprints(manifest.annotations[THUMBPRINT_ANNOTATION]),
  };
}

function checkSubject(
  found: { mediaType: string; digest: string; size: number } | null,
  expected: SignatureTarget,
): void {
  if (!found) throw broken('it refers to nothing');
  if (found.digest !== expected.digest) throw broken(`it refers to ${found.digest}, not to ${expected.digest}`);
  if (found.size !== expected.size || found.mediaType !== expected.mediaType) {
    throw broken(
      `it refers to ${found.mediaType} of ${found.size} bytes, not to ${expected.mediaType} of ${expected.size}`,
    );
  }
}

function checkEnvelope(layer: { digest: string; size: number }, envelope: Uint8Array): void {
  if (envelope.length > MAX_ENVELOPE_BYTES) {
    throw new AppError('limit-reached', `cannot read signature envelope: ${envelope.length} bytes exceed the limit`);
  }
  const [algorithm = '', hex] = layer.digest.split(':');
  if (layer.size !== envelope.length || createHash(algorithm).update(envelope).digest('hex') !== hex) {
    throw broken('the envelope is not the one that it names');
  }
}

function parseThumbprints(annotation: string | undefined): string[] {
  let value: unknown;
  try {
    value = JSON.parse((annotation ?? '').slice(0, 4096));
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw broken(`its annotation ${THUMBPRINT_ANNOTATION} is no list of thumbprints`);
  }
  return value.map((entry: string) => entry.toLowerCase());
}
