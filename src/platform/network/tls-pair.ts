import { X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { AppError, messageOf } from '#kernel/errors.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A server's certificate with its issuers, and its private key; PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

const MAX_BYTES = 1024 * 1024;
const LOOK_MS = 1_000;

/** Throws `not-configured` with a sentence when a file cannot be read, or the two do not belong together. */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  const pair = await readFiles(files);
  const fault = faultOf(pair);
  if (fault === undefined) return pair;
  throw new AppError(
    'not-configured',
    `cannot use the TLS certificate ${files.cert} with the key ${files.key}: ${fault}`,
  );
}

/**
 * Looks at the files every second and tells of a new pair that is whole. One that is broken at two looks in a row is told
 * once, and the old pair stays good. What is compared is the content, so a file that is written over, renamed or reached by
 * another symbolic link is seen alike, on every file system.
 */
export function watchTlsPair(
  files: TlsFiles,
  options: {
    readonly current: TlsPair;
    readonly onChange: (pair: TlsPair) => void;
    readonly onBroken: (fault: string) => void;
    readonly lookMs?: number;
  },
): Disposable {
  const { onChange, onBroken, lookMs = LOOK_MS } = options;
  let current = options.current;
  let brokenBefore: string | undefined;
  let told: string | undefined;
  let isLooking = false;
  const look = async () => {
    const seen = await readFiles(files).catch(messageOf);
    if (typeof seen !== 'string' && isSame(seen, current)) {
      brokenBefore = told = undefined;
      return;
    }
    const fault = typeof seen === 'string' ? seen : faultOf(seen);
    if (typeof seen !== 'string' && fault === undefined) {
      current = seen;
      brokenBefore = told = undefined;
      onChange(seen);
      return;
    }
    // Two files are not replaced at once: between them they do not belong together.
    if (fault !== undefined && fault === brokenBefore && fault !== told) {
      told = fault;
      onBroken(fault);
    }
    brokenBefore = fault;
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, lookMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** When the certificate ends, for whoever serves it. */
export function endOfCertificate(pair: TlsPair): Date {
  return new Date(new X509Certificate(pair.cert).validTo);
}

function isSame(one: TlsPair, other: TlsPair): boolean {
  return one.cert === other.cert && one.key === other.key;
}

/** Why a server could not use the pair. */
function faultOf({ cert, key }: TlsPair): string | undefined {
  if (key.includes('ENCRYPTED')) return 'the key is protected by a passphrase; give one without';
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    const said = messageOf(error);
    return /key values mismatch/.test(said) ? 'they do not belong together' : `they are not PEM (${said})`;
  }
}

async function readFiles({ cert, key }: TlsFiles): Promise<TlsPair> {
  return { cert: await readPem(cert, 'certificate'), key: await readPem(key, 'key') };
}

async function readPem(path: string, what: string): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_BYTES}`);
    return await file.readFile('utf8');
  } catch (cause) {
    throw new AppError('not-configured', `cannot read the TLS ${what} ${path}: ${messageOf(cause)}`, { cause });
  }
}
