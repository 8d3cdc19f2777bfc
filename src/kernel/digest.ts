import { AppError } from './errors.ts';

/** A content digest as in OCI image-spec 1.1, "Digests": `sha256:` or `sha512:` with lower-case hex. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const PATTERN = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** Throws `DIGEST_INVALID` when the text is no digest of a supported algorithm. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new AppError(
    'DIGEST_INVALID',
    `cannot use digest "${text.slice(0, 80)}": expected sha256:<64 hex> or sha512:<128 hex>`,
  );
}

/** `sha256:0123456789…abcdef`, for people; never fewer than ten and six digits. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}:${hex.slice(0, 10)}…${hex.slice(-6)}`;
}
