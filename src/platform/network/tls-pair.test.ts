import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '#testkit/assay-client.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { createTestTls, writeTestTls } from '#testkit/tls.ts';
import { endOfCertificate, readTlsPair, type TlsPair, watchTlsPair } from './tls-pair.ts';

const [first, second] = [await createTestTls(), await createTestTls()];

test('a certificate and its key are read together, or refused with a sentence', async () => {
  await using folder = await temporaryFolder();
  const files = writeTestTls(folder.path, first);
  const pair = await readTlsPair(files);
  assert.deepEqual(pair, { cert: first.cert, key: first.key });
  assert.ok(endOfCertificate(pair) > new Date());
  writeFileSync(files.key, second.key);
  await assert.rejects(
    readTlsPair(files),
    /cannot use the TLS certificate .*tls.crt with the key .*: they do not belong/,
  );
  writeFileSync(files.key, 'key');
  await assert.rejects(readTlsPair(files), /they are not PEM/);
  writeFileSync(files.key, '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');
  await assert.rejects(readTlsPair(files), /protected by a passphrase/);
  rmSync(files.key);
  await assert.rejects(readTlsPair(files), /cannot read the TLS key .*ENOENT/);
  truncateSync(files.cert, 2 * 1024 * 1024);
  await assert.rejects(readTlsPair(files), /cannot read the TLS certificate .*: it has 2097152 bytes/);
});

async function watched(files: { cert: string; key: string }) {
  const changes: TlsPair[] = [];
  const faults: string[] = [];
  const watch = watchTlsPair(files, {
    current: { cert: first.cert, key: first.key },
    onChange: (pair) => changes.push(pair),
    onBroken: (fault) => faults.push(fault),
    lookMs: 10,
  });
  return { changes, faults, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

test('a pair that is written over is told when both files are new; until then the old one is good', async () => {
  await using folder = await temporaryFolder();
  const files = writeTestTls(folder.path, first);
  using seen = await watched(files);
  writeFileSync(files.cert, second.cert);
  await until('the fault', async () => seen.faults[0]);
  assert.match(seen.faults[0] ?? '', /they do not belong together/);
  assert.deepEqual(seen.changes, []);
  writeFileSync(files.key, second.key);
  await until('the change', async () => seen.changes[0]);
  assert.deepEqual(seen.changes, [{ cert: second.cert, key: second.key }]);
  rmSync(files.key);
  await until('the next fault', async () => seen.faults[1]);
  assert.match(seen.faults[1] ?? '', /cannot read the TLS key/);
  assert.equal(seen.faults.length, 2);
});

test('a link that is pointed elsewhere, as Kubernetes does with secrets, is a change', async () => {
  await using folder = await temporaryFolder();
  for (const [name, tls] of [['..one', first] as const, ['..two', second] as const]) {
    mkdirSync(join(folder.path, name));
    writeTestTls(join(folder.path, name), tls);
  }
  symlinkSync('..one', join(folder.path, '..data'));
  for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(folder.path, name));
  using seen = await watched({ cert: join(folder.path, 'tls.crt'), key: join(folder.path, 'tls.key') });
  symlinkSync('..two', join(folder.path, '..next'));
  renameSync(join(folder.path, '..next'), join(folder.path, '..data'));
  await until('the change', async () => seen.changes[0]);
  assert.deepEqual(seen.changes, [{ cert: second.cert, key: second.key }]);
  assert.deepEqual(seen.faults, []);
});
