import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { parseCertificates } from '#formats/crypto/certificate.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { createLocalKey } from '../local-key.ts';
import type { KeyProvider } from './key-provider.ts';

const MAX_BYTES = 256 * 1024;

/** A PEM private key and its PEM chain (leaf, intermediates, root) in files. */
export const file: KeyProvider = {
  id: 'file',
  summary: 'a PEM private key and its certificate chain in files (ASSAY_SIGNING_KEY, ASSAY_SIGNING_CHAIN)',

  async open({ keyFile, chainFile, clock }) {
    if (keyFile === null && chainFile === null) return undefined;
    if (keyFile === null || chainFile === null) {
      const missing = keyFile === null ? 'ASSAY_SIGNING_KEY' : 'ASSAY_SIGNING_CHAIN';
      throw new AppError(
        'invalid-input',
        `cannot open the signing key: ${missing} is not set; key and chain go together`,
      );
    }
    const privateKey = parsePrivateKey(await readPem(keyFile, 'the signing key'), keyFile);
    const certificates = parseCertificates(await readPem(chainFile, 'the signing chain'));
    const chain = certificates.map((certificate) => certificate.der);
    return createLocalKey({ privateKey, chain, isDevelopment: false }, clock.now());
  },
};

async function readPem(path: string, what: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new AppError('limit-reached', `it has ${size} bytes, more than ${MAX_BYTES}`);
    return await readFile(path);
  } catch (cause) {
    throw new AppError('invalid-input', `cannot read ${what} ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parsePrivateKey(pem: Buffer, path: string): KeyObject {
  if (/ENCRYPTED/.test(pem.toString('latin1'))) {
    throw new AppError(
      'invalid-input',
      `cannot open the signing key ${path}: it is protected by a passphrase; store it without one, readable by Assay only`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new AppError('invalid-input', `cannot open the signing key ${path}: it is no PEM private key`, { cause });
  }
}
