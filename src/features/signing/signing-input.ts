import { z } from 'zod';
import { PAYLOAD_MEDIA_TYPE, parseSigningInput } from '#formats/crypto/jws.ts';
import type { SignatureAlgorithm } from '#formats/crypto/signature-algorithm.ts';
import { type Digest, isDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';

/** The descriptor that a Notary Project payload holds; annotations are the signer's metadata. */
export const TargetArtifact = z.looseObject({
  mediaType: z.string().min(1).max(255),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a digest'),
  size: z.number().int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type TargetArtifact = z.infer<typeof TargetArtifact>;

const Payload = z.looseObject({ targetArtifact: TargetArtifact });
const OurPayload = z.strictObject({ targetArtifact: z.strictObject(TargetArtifact.shape) });

/** Throws `unusable-input` when the payload is not the Notary Project's. */
export function parsePayload(payload: Uint8Array): TargetArtifact {
  const value = parseJson(payload, 'signed payload', { maxBytes: 1024 * 1024, maxDepth: 16 });
  const parsed = Payload.safeParse(value);
  if (parsed.success) return parsed.data.targetArtifact;
  throw new AppError('unusable-input', `cannot read signed payload: ${parsed.error.issues[0]?.message}`);
}

/**
 * What the sign process agrees to sign: a Notary Project payload of exactly our own form, under the key's own algorithm.
 * A worker that was taken over can thus name an artifact, but gets no signature on anything else.
 */
export function checkSigningInput(bytes: Uint8Array, algorithm: SignatureAlgorithm): void {
  const { attributes, payload } = parseSigningInput(bytes);
  const isOurs =
    attributes.algorithm === algorithm &&
    attributes.contentType === PAYLOAD_MEDIA_TYPE &&
    attributes.scheme === 'notary.x509' &&
    Object.keys(attributes.extended).length === 0;
  const parsed = OurPayload.safeParse(parseJson(payload, 'payload to sign', { maxBytes: 64 * 1024, maxDepth: 4 }));
  if (!isOurs || !parsed.success) {
    throw new AppError('not-allowed', 'cannot sign: only payloads of the Notary Project are signed');
  }
}
