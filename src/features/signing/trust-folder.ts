import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, parseCertificates } from '#formats/crypto/certificate.ts';
import { formatPem } from '#formats/crypto/pem.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { type Trust, type TrustedAuthority, trustAuthority } from './trust.ts';
import { parseTrustPolicy, type TrustPolicy } from './trust-policy.ts';

/** A configuration folder of the `notation` client: trustpolicy.json and truststore/x509/TYPE/STORE/*. */
const POLICY_FILE = 'trustpolicy.json';
const STORE_FOLDER = join('truststore', 'x509');
const MAX_FILE_BYTES = 1024 * 1024;
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Makes the folder trust this authority for these scopes (`HOST/REPOSITORY`, exact). What other statements and stores are
 * there stays; the statement and the store of the same name are replaced, each file in one step. Throws `conflict` when
 * another statement holds one of the scopes, `invalid-input` when there is nothing to trust.
 */
export async function exportTrust(folder: string, authority: TrustedAuthority): Promise<void> {
  const { name, certificates } = authority;
  const scopes = authority.scopes.filter((scope) => !scope.endsWith('*'));
  if (scopes.length === 0)
    throw new AppError('invalid-input', 'cannot export trust: there is no repository to trust yet');
  if (certificates.length === 0)
    throw new AppError('invalid-input', 'cannot export trust: there is no certificate to trust');
  const { policy } = trustAuthority({ ...authority, scopes });
  const merged = mergePolicies(await readPolicy(folder), policy, name);
  const store = join(folder, STORE_FOLDER, 'ca', name);
  await makeFolders(folder, [...STORE_FOLDER.split('/'), 'ca', name]);
  const files = certificates.map((certificate) => ({
    name: `${certificate.thumbprint.slice(0, 16)}.pem`,
    text: formatPem('CERTIFICATE', certificate.der),
  }));
  for (const file of files) await replaceFile(join(store, file.name), file.text);
  await replaceFile(join(folder, POLICY_FILE), `${JSON.stringify(merged, null, 2)}\n`);
  for (const found of await readdir(store)) {
    if (!files.some((file) => file.name === found)) await rm(join(store, found), { recursive: true, force: true });
  }
}

/** What a folder trusts. Throws `unusable-input` for what the notation client would refuse as well. */
export async function readTrust(folder: string): Promise<Trust> {
  const policy = await readPolicy(folder);
  if (!policy) throw new AppError('not-found', `cannot read trust: ${join(folder, POLICY_FILE)} is not there`);
  const names = new Set(policy.trustPolicies.flatMap((statement) => statement.trustStores));
  const stores = new Map<string, readonly Certificate[]>();
  for (const name of names) stores.set(name, await readStore(folder, name));
  return { policy, stores };
}

function mergePolicies(existing: TrustPolicy | undefined, ours: TrustPolicy, name: string): TrustPolicy {
  const others = (existing?.trustPolicies ?? []).filter((statement) => statement.name !== name);
  const scopes = ours.trustPolicies.flatMap((statement) => statement.registryScopes);
  const taken = others.find((statement) => statement.registryScopes.some((scope) => scopes.includes(scope)));
  if (taken) {
    throw new AppError(
      'conflict',
      `cannot export trust: the statement "${taken.name}" in ${POLICY_FILE} already covers a repository of this catalog; remove it or export to another folder`,
    );
  }
  return { version: '1.0', trustPolicies: [...others, ...ours.trustPolicies] };
}

async function readPolicy(folder: string): Promise<TrustPolicy | undefined> {
  const path = join(folder, POLICY_FILE);
  const bytes = await readRegularFile(path);
  return bytes && parseTrustPolicy(parseJson(bytes, path));
}

async function readStore(folder: string, name: string): Promise<Certificate[]> {
  const [type = '', store = ''] = name.split(':');
  const path = join(folder, STORE_FOLDER, type, store);
  const certificates: Certificate[] = [];
  try {
    if (!(await lstat(path)).isDirectory()) throw new Error('it is no folder');
    for (const file of (await readdir(path)).sort()) {
      const bytes = await readRegularFile(join(path, file));
      if (bytes) certificates.push(...parseCertificates(bytes));
    }
  } catch (cause) {
    throw new AppError('unusable-input', `cannot read trust store ${path}: ${messageOf(cause)}`, { cause });
  }
  if (certificates.length === 0) throw new AppError('unusable-input', `cannot use trust store ${path}: it is empty`);
  return certificates;
}

/** Undefined when nothing is there. Links are refused, as the notation client refuses them. */
async function readRegularFile(path: string): Promise<Buffer | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile()) throw new AppError('unusable-input', `cannot read ${path}: it is no regular file`);
  if (found.size > MAX_FILE_BYTES)
    throw new AppError('limit-reached', `cannot read ${path}: it has ${found.size} bytes`);
  return readFile(path);
}

async function makeFolders(folder: string, parts: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  let path = folder;
  for (const part of parts) {
    path = join(path, part);
    await mkdir(path, { mode: FOLDER_MODE }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(path)).isDirectory()) {
      throw new AppError('conflict', `cannot export trust: ${path} is a link or no folder`);
    }
  }
}

/** A reader sees the old file or the new one, never half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.${process.pid}.new`;
  await rm(next, { force: true });
  try {
    await writeFile(next, text, { mode: FILE_MODE, flag: 'wx', flush: true });
    await rename(next, path);
  } finally {
    await rm(next, { force: true });
  }
}
