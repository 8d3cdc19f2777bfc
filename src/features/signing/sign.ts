import { createHash } from 'node:crypto';
import { formatName } from '#formats/crypto/distinguished-name.ts';
import { formatSeconds } from '#formats/crypto/jws.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import { certificateOf, leafOf } from './certificate-cache.ts';
import { jws } from './envelopes/jws.ts';
import {
  CREATED_ANNOTATION,
  RESERVED_METADATA_PREFIX,
  type SignatureTarget,
  type SignedBlob,
  type SignedManifest,
  type SigningKey,
  THUMBPRINT_ANNOTATION,
} from './signing.ts';

export interface SignRequest {
  readonly target: SignatureTarget;
  /** When the signature stops being valid: the end of a report's validity, or an approval's next review. */
  readonly expiresAt?: Date;
  /** User metadata, signed with the target: `assay.approved-by`, a policy's version, … */
  readonly annotations?: Readonly<Record<string, string>>;
}

const SIGNING_AGENT = 'assay/1';
const SECOND_MS = 1000;
const CONFIG = Buffer.from('{}');

/**
 * A Notary Project signature on a manifest, in the manifest shape of notation 1.x, which every verifier reads.
 * Throws `unavailable` when the certificate is not valid now, `invalid-input` for metadata or an expiry that cannot be signed.
 */
export async function signManifest(
  deps: { readonly key: SigningKey; readonly clock: Clock },
  request: SignRequest,
): Promise<SignedManifest> {
  const { key, clock } = deps;
  const { target, annotations = {} } = request;
  const signedAt = wholeSeconds(clock.now());
  const expiresAt = request.expiresAt ? wholeSeconds(request.expiresAt) : null;
  checkRequest(key, request, signedAt, expiresAt);
  const { mediaType, digest, size } = target;
  const metadata = Object.keys(annotations).length > 0 ? { annotations } : {};
  const payload = Buffer.from(JSON.stringify({ targetArtifact: { mediaType, digest, size, ...metadata } }));
  const envelope = await jws.sign(key, {
    payload,
    signingTime: signedAt,
    expiry: expiresAt,
    signingAgent: SIGNING_AGENT,
  });
  const blobs = [blobOf(CONFIG, artifactTypes.notarySignature), blobOf(envelope, jws.mediaType)];
  const leaf = leafOf(key.chain);
  return {
    manifest: manifestOf(key, target, blobs, signedAt),
    blobs,
    facts: {
      signedBy: formatName(leaf.subject),
      signedAt,
      expiresAt,
      thumbprint: leaf.thumbprint,
      developmentKey: key.isDevelopment,
    },
  };
}

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / SECOND_MS) * SECOND_MS);
}

function checkRequest(key: SigningKey, request: SignRequest, signedAt: Date, expiresAt: Date | null): void {
  for (const der of key.chain) {
    const { subject, notBefore, notAfter } = certificateOf(der);
    if (signedAt >= notBefore && signedAt <= notAfter) continue;
    throw new AppError(
      'unavailable',
      `cannot sign: the certificate ${formatName(subject)} is valid from ${formatSeconds(notBefore)} to ${formatSeconds(notAfter)}; configure a current one`,
    );
  }
  if (expiresAt && expiresAt <= signedAt) {
    throw new AppError('invalid-input', `cannot sign: the expiry ${formatSeconds(expiresAt)} is not in the future`);
  }
  const reserved = Object.keys(request.annotations ?? {}).find((name) => name.startsWith(RESERVED_METADATA_PREFIX));
  if (reserved !== undefined) throw new AppError('invalid-input', `cannot sign: metadata "${reserved}" is reserved`);
}

function blobOf(bytes: Uint8Array, mediaType: string): SignedBlob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest, bytes, mediaType };
}

function descriptorOf({ mediaType, digest, bytes }: SignedBlob) {
  return { mediaType, digest, size: bytes.length };
}

function manifestOf(
  key: SigningKey,
  target: SignatureTarget,
  [config, envelope]: readonly SignedBlob[],
  signedAt: Date,
): SignedBlob {
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: config && descriptorOf(config),
    layers: envelope ? [descriptorOf(envelope)] : [],
    subject: { mediaType: target.mediaType, digest: target.digest, size: target.size },
    annotations: {
      [THUMBPRINT_ANNOTATION]: JSON.stringify(key.chain.map((der) => certificateOf(der).thumbprint)),
      [CREATED_ANNOTATION]: formatSeconds(signedAt),
    },
  };
  return blobOf(Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest);
}
