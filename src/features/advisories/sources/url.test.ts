import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createHttpClient } from '#platform/network/http-client.ts';
import { osvRecord, zipOfRecords } from '#testkit/osv-folder.ts';
import type { Cursor } from './advisory-source.ts';
import { url } from './url.ts';

type Answers = Record<string, { status?: number; body?: string | Buffer; etag?: string }>;

/** A bucket over real HTTP; `asked` are the paths in order. */
async function serve(answers: Answers) {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(request.url ?? '');
    const { status = 200, body = '', etag } = answers[path] ?? { status: 404 };
    const known = etag !== undefined && request.headers['if-none-match'] === etag;
    asked.push(`${path}${known ? ' known' : ''}`);
    response.writeHead(known ? 304 : status, etag ? { etag } : {});
    response.end(known ? '' : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { base, asked, [Symbol.asyncDispose]: close };
}

async function read(base: string, cursor: Cursor) {
  const tools = { http: createHttpClient({ allowPrivate: true }) };
  const delivered: string[] = [];
  const errors: unknown[] = [];
  let next = cursor;
  for await (const step of url.read(tools, base, cursor)) {
    try {
      for await (const batch of step.records) delivered.push(...batch.map((item) => `${item.kind} ${item.name}`));
      next = { ...next, ...step.cursor() };
    } catch (error) {
      errors.push(error);
    }
  }
  return { delivered, errors, cursor: next };
}

const [a, b] = [osvRecord('A', 'npm', 'a', '1'), osvRecord('B', 'npm', 'b', '1')];

function bucket(csv: string, etag: string): Answers {
  return {
    '/ecosystems.txt': { body: 'npm\nAndroid\n' },
    '/npm/modified_id.csv': { body: csv, etag },
    '/npm/all.zip': { body: zipOfRecords([a, b]) },
    '/npm/A.json': { body: JSON.stringify(a) },
    '/npm/B.json': { body: JSON.stringify(b) },
  };
}

test('the archive comes first, then only what changed since', async () => {
  const answers = bucket('2026-01-02T00:00:00Z,B\n2026-01-01T00:00:00Z,A\n', '"1"');
  await using server = await serve(answers);
  const first = await read(server.base, {});
  assert.deepEqual(first.delivered.sort(), ['record A.json', 'record B.json']);
  assert.deepEqual(server.asked.splice(0), ['/ecosystems.txt', '/npm/modified_id.csv', '/npm/all.zip']);

  const unchanged = await read(server.base, first.cursor);
  assert.deepEqual(unchanged.delivered, []);
  assert.deepEqual(server.asked.splice(0), ['/ecosystems.txt', '/npm/modified_id.csv known']);

  const csv = '2026-01-04T00:00:00Z,C\n2026-01-03T00:00:00Z,A\n2026-01-02T00:00:00Z,B\n2026-01-01T00:00:00Z,Z\n';
  answers['/npm/modified_id.csv'] = { body: csv, etag: '"2"' };
  const second = await read(server.base, first.cursor);
  assert.deepEqual(second.delivered, ['gone C.json', 'record A.json', 'record B.json']);
  assert.ok(!server.asked.includes('/npm/all.zip'));
});

test('an ecosystem that fails is asked for again, and the others are read', async () => {
  const answers = bucket('2026-01-01T00:00:00Z,A\n', '"1"');
  answers['/ecosystems.txt'] = { body: 'npm\nPyPI\n' };
  answers['/PyPI/modified_id.csv'] = { status: 503 };
  await using server = await serve(answers);
  const result = await read(server.base, {});
  assert.equal(result.delivered.length, 2);
  assert.match(String(result.errors[0]), /answers with status 503/);
  assert.deepEqual(
    Object.keys(result.cursor).filter((key) => key.startsWith('PyPI')),
    [],
  );
});

test('an address that answers nothing useful is an error', async () => {
  await using server = await serve({});
  await assert.rejects(read(server.base, {}), /answers with status 404/);
});
