import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Database } from '#platform/database/database.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { testDatabase } from '#testkit/database.ts';
import { fetchProducts } from './fetch-products.ts';
import { lifecycleMigrations } from './migrations/index.ts';
import { findEndOfLifeSource, loadProducts, putEndOfLifeSource } from './source-store.ts';

const releases = [{ name: '3.20', eolFrom: '2026-04-01' }];
const text = JSON.stringify({ result: [{ name: 'alpine-linux', label: 'Alpine Linux', category: 'os', releases }] });
const http = createHttpClient({ allowPrivate: true });
let db: Database;
let folder: string;
before(async () => {
  db = await testDatabase(lifecycleMigrations);
  folder = await mkdtemp(join(tmpdir(), 'assay-eol-'));
});
after(async () => {
  await db?.destroy();
  await rm(folder, { recursive: true, force: true });
});

test('data comes from a file by path or address, and is unchanged by its bytes', async () => {
  const file = join(folder, 'products.json');
  await writeFile(file, text);
  const first = await fetchProducts({ http }, file, null);
  assert.ok(first !== 'unchanged');
  assert.equal(first.bytes.toString(), text);
  assert.equal(await fetchProducts({ http }, pathToFileURL(file).href, first.fingerprint), 'unchanged');
  await writeFile(file, `${text}\n`);
  assert.notEqual(await fetchProducts({ http }, file, first.fingerprint), 'unchanged');
  await assert.rejects(fetchProducts({ http }, join(folder, 'missing'), null), /cannot read end-of-life data: ENOENT/);
});

test('data comes from a server, which is asked with its own tag', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    if (request.url === '/down') response.writeHead(503).end();
    else if (request.headers['if-none-match'] === '"v 1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: request.url === '/spaced' ? '"v 1"' : '"v1"' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const first = await fetchProducts({ http }, `${base}/spaced`, null);
    assert.ok(first !== 'unchanged');
    assert.equal(await fetchProducts({ http }, `${base}/spaced`, first.fingerprint), 'unchanged');
    assert.equal(await fetchProducts({ http }, `${base}/same-bytes`, first.fingerprint), 'unchanged');
    assert.equal(asked[1], '"v 1"');
    await assert.rejects(fetchProducts({ http }, `${base}/down`, null), /answered 503/);
  } finally {
    server.close();
  }
});

test('a failed refresh is said and keeps the last good data', async () => {
  const at = new Date('2026-11-23T12:00:00Z');
  const later = new Date('2026-11-24T12:00:00Z');
  assert.equal(await findEndOfLifeSource(db), undefined);
  await putEndOfLifeSource(db, 'a', { kind: 'failed', error: 'no network' }, at);
  assert.equal(await loadProducts(db), undefined);
  await putEndOfLifeSource(db, 'a', { kind: 'changed', bytes: Buffer.from(text), fingerprint: 'f' }, at);
  await putEndOfLifeSource(db, 'a', { kind: 'failed', error: 'no network' }, later);
  assert.deepEqual(await findEndOfLifeSource(db), {
    location: 'a',
    fingerprint: 'f',
    refreshedAt: at,
    changedAt: at,
    lastError: 'no network',
  });
  await putEndOfLifeSource(db, 'a', { kind: 'unchanged' }, later);
  const source = await findEndOfLifeSource(db);
  assert.deepEqual([source?.refreshedAt, source?.changedAt, source?.lastError], [later, at, null]);
  const data = await loadProducts(db);
  assert.equal(data?.find('alpine-linux', '3.20.3')?.endOfLife, '2026-04-01');
});
