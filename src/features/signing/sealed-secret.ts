import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '#kernel/errors.ts';

/** A secret at rest: version, nonce, tag, ciphertext of AES-256-GCM under a key derived from the master key. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function keyOf(masterKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(0), 'assay signing authority', 32));
}

/** `purpose` is bound to the secret: what was sealed for one purpose cannot be opened for another. */
export function sealSecret(masterKey: Uint8Array, purpose: string, secret: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(masterKey), nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), sealed]);
}

/** Throws `unavailable` when the master key is another one or the bytes were changed. */
export function openSecret(masterKey: Uint8Array, purpose: string, sealed: Uint8Array): Buffer {
  const body = 1 + NONCE_BYTES + TAG_BYTES;
  try {
    if (sealed[0] !== VERSION || sealed.length < body) throw new Error('its form is unknown');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(masterKey), sealed.subarray(1, 1 + NONCE_BYTES));
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, body));
    return Buffer.concat([decipher.update(sealed.subarray(body)), decipher.final()]);
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `cannot open ${purpose}: it was sealed with another master key, or it is damaged; start with the ASSAY_MASTER_KEY that it was made with`,
      { cause },
    );
  }
}
