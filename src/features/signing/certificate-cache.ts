import { type Certificate, parseCertificate } from '#formats/crypto/certificate.ts';
import { AppError } from '#kernel/errors.ts';

/** Certificates repeat in every signature of a key: each is parsed once for as long as its bytes are held. */
const parsed = new WeakMap<Uint8Array, Certificate>();

/** The same array of bytes gives the same certificate without parsing again; the bytes must not change. */
export function certificateOf(der: Uint8Array): Certificate {
  const known = parsed.get(der);
  if (known) return known;
  const certificate = parseCertificate(der);
  parsed.set(der, certificate);
  return certificate;
}

export function leafOf(chain: readonly Uint8Array[]): Certificate {
  const leaf = chain[0];
  if (!leaf) throw new AppError('unusable-input', 'cannot use certificate chain: it is empty');
  return certificateOf(leaf);
}
