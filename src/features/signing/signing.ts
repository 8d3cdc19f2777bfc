import type { SignatureAlgorithm } from '#formats/crypto/signature-algorithm.ts';
import type { Digest } from '#kernel/digest.ts';

/** A key that signs, wherever it lies. It never leaves its provider. */
export interface SigningKey {
  /** DER, leaf first, self-signed root last; it obeys the Notary Project's certificate rules. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithm;
  /** True when Assay made the authority itself: every surface says so. */
  readonly isDevelopment: boolean;
  /** Sentences for the administrator: what works but will trouble verifiers. */
  readonly warnings: readonly string[];
  /** RSASSA-PSS with a salt as long as the hash, or ECDSA as raw r||s, over the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** What is signed: the descriptor of a manifest, of an image or of a report. */
export interface SignatureTarget {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Something to store in the registry. */
export interface SignedBlob {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** What a surface tells about a signature; stored beside the report or approval it belongs to. */
export interface SignatureFacts {
  /** The leaf's subject as RFC 4514 text. */
  readonly signedBy: string;
  readonly signedAt: Date;
  readonly expiresAt: Date | null;
  /** SHA-256 of the leaf's DER. */
  readonly thumbprint: string;
  readonly developmentKey: boolean;
}

/** A signature ready to be stored: its manifest refers to the target, its blobs are the config and the envelope. */
export interface SignedManifest {
  readonly manifest: SignedBlob;
  readonly blobs: readonly SignedBlob[];
  readonly facts: SignatureFacts;
}

/** The annotation of a signature manifest that lists the SHA-256 of each certificate. */
export const THUMBPRINT_ANNOTATION = 'io.cncf.notary.x509chain.thumbprint#S256';
/** Keys of user metadata with this prefix are the Notary Project's own. */
export const RESERVED_METADATA_PREFIX = 'io.cncf.notary';
export const CREATED_ANNOTATION = 'org.opencontainers.image.created';
