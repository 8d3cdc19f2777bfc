import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogers } from './index.ts';

test('ids are unique and every cataloger has a version and a limit', () => {
  assert.equal(new Set(catalogers.map((each) => each.id)).size, catalogers.length);
  for (const { id, version, maxBytes } of catalogers) assert.ok(version >= 1 && maxBytes > 0, id);
});

test('a database cataloger wants only what lies in the folders it names', () => {
  for (const cataloger of catalogers) {
    if (cataloger.kind !== 'database') continue;
    for (const folder of cataloger.folders) assert.ok(!folder.startsWith('/') && !folder.endsWith('/'), folder);
    assert.ok(cataloger.folders.length > 0, cataloger.id);
  }
});

test('nobody wants an ordinary file', () => {
  const file = { path: 'usr/share/doc/readme.txt', mode: 0o644, sizeBytes: 5, head: Buffer.from('hello') };
  for (const cataloger of catalogers)
    assert.ok(!(cataloger.kind === 'file' ? cataloger.wants(file) : cataloger.wants(file.path)), cataloger.id);
});
