import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { test } from 'node:test';
import { osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import type { Cursor } from './advisory-source.ts';
import { folder } from './folder.ts';

const tools = { http: { request: () => Promise.reject(new Error('no network')) } };

async function read(location: string, cursor: Cursor) {
  const names: string[] = [];
  let next = cursor;
  for await (const step of folder.read(tools, location, cursor)) {
    assert.equal(step.complete, true);
    for await (const batch of step.records) names.push(...batch.map((record) => record.name));
    next = { ...next, ...step.cursor() };
  }
  return { names, cursor: next };
}

test('a path is a folder, an address is not', () => {
  assert.ok(folder.accepts('/data/advisories'));
  assert.ok(folder.accepts('advisories'));
  assert.ok(!folder.accepts('https://example.com/advisories'));
});

test('everything is read once, and again when any archive changed', async () => {
  await using place = await temporaryFolder();
  const path = await writeOsvArchive(place.path, 'npm', [osvRecord('A', 'npm', 'a', '1')]);
  await writeOsvArchive(place.path, 'PyPI', [osvRecord('B', 'PyPI', 'b', '1')]);
  const first = await read(place.path, {});
  assert.deepEqual(first.names.sort(), ['A.json', 'B.json']);
  assert.deepEqual((await read(place.path, first.cursor)).names, []);
  await utimes(path, new Date(2030, 1), new Date(2030, 1));
  assert.equal((await read(place.path, first.cursor)).names.length, 2);
});
