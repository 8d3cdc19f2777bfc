import type { Certificate } from '#formats/crypto/certificate.ts';
import type { SignatureAlgorithm } from '#formats/crypto/signature-algorithm.ts';
import type { SigningKey } from '../signing.ts';

export interface EnvelopeRequest {
  readonly payload: Uint8Array;
  readonly signingTime: Date;
  readonly expiry: Date | null;
  readonly signingAgent: string;
}

/** What an envelope says, after its signature held with the leaf of its chain. The chain itself is not judged yet. */
export interface OpenedEnvelope {
  readonly algorithm: SignatureAlgorithm;
  readonly contentType: string;
  readonly payload: Uint8Array;
  readonly chain: readonly Certificate[];
  readonly scheme: 'notary.x509' | 'notary.x509.signingAuthority';
  readonly signingTime: Date;
  readonly expiry: Date | null;
  readonly hasTimestamp: boolean;
}

/** One encoding of a Notary Project signature. */
export interface Envelope {
  readonly id: string;
  readonly mediaType: string;
  /** Signs the payload and proves the result with the leaf before returning it. */
  sign(key: SigningKey, request: EnvelopeRequest): Promise<Uint8Array>;
  /** Throws `unusable-input` when the envelope is malformed or its signature does not hold. */
  open(bytes: Uint8Array): OpenedEnvelope;
}
