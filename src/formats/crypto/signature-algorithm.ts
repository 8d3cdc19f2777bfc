import { constants, type KeyObject, sign as signSync, verify as verifySync } from 'node:crypto';

/** The six algorithms of the Notary Project signature specification, named as in JWS; the leaf's key decides. */
export const signatureAlgorithms = {
  PS256: { hash: 'sha256', key: 'RSA 2048', family: 'rsa' },
  PS384: { hash: 'sha384', key: 'RSA 3072', family: 'rsa' },
  PS512: { hash: 'sha512', key: 'RSA 4096', family: 'rsa' },
  ES256: { hash: 'sha256', key: 'ECDSA P-256', family: 'ec' },
  ES384: { hash: 'sha384', key: 'ECDSA P-384', family: 'ec' },
  ES512: { hash: 'sha512', key: 'ECDSA P-521', family: 'ec' },
} as const;

export type SignatureAlgorithm = keyof typeof signatureAlgorithms;

export function isSignatureAlgorithm(text: unknown): text is SignatureAlgorithm {
  return typeof text === 'string' && Object.hasOwn(signatureAlgorithms, text);
}

const BY_KEY: Readonly<Record<string, SignatureAlgorithm>> = {
  'rsa 2048': 'PS256',
  'rsa 3072': 'PS384',
  'rsa 4096': 'PS512',
  'ec prime256v1': 'ES256',
  'ec secp384r1': 'ES384',
  'ec secp521r1': 'ES512',
};

function kindOfKey(key: KeyObject): string {
  const details = key.asymmetricKeyDetails ?? {};
  return `${key.asymmetricKeyType} ${details.modulusLength ?? details.namedCurve ?? ''}`.trim();
}

/** The algorithm that this key must use; undefined when the specification allows none. */
export function algorithmOfKey(key: KeyObject): SignatureAlgorithm | undefined {
  return BY_KEY[kindOfKey(key)];
}

/** `rsa 1024`, `ec prime256v1`, `ed25519`: for messages. */
export function describeKey(key: KeyObject): string {
  return kindOfKey(key);
}

function parameters(algorithm: SignatureAlgorithm, key: KeyObject) {
  return signatureAlgorithms[algorithm].family === 'rsa'
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key, dsaEncoding: 'ieee-p1363' as const };
}

/** RSASSA-PSS with a salt as long as the hash, or ECDSA as raw r||s; off the main thread. */
export function signBytes(algorithm: SignatureAlgorithm, key: KeyObject, bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    signSync(signatureAlgorithms[algorithm].hash, bytes, parameters(algorithm, key), (error, signature) => {
      if (error) reject(error);
      else resolve(new Uint8Array(signature));
    });
  });
}

/** Strict: a PSS salt of another length than the hash is refused, and so is ECDSA in DER. */
export function verifyBytes(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifySync(signatureAlgorithms[algorithm].hash, bytes, parameters(algorithm, key), signature);
}
