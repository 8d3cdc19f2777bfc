import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryDetail, entryRows } from '../../dev/fixture-entries.ts';
import { parseEntryAddress } from './entry-address.ts';
import { moveBefore } from './move-before.ts';
import { tagLines } from './tag-lines.ts';

const now = new Date('2026-11-23T15:31:00Z');
const [row] = entryRows(now);
assert.ok(row);
const node = entryDetail(now, row);

test('tags stand in their release line, the newest line and the recommended tag first', () => {
  const lines = tagLines(node.tagRows, '24-trixie');
  assert.deepEqual(
    lines.map(({ line, tags }) => [line, tags.map(({ tag }) => tag)]),
    [
      ['24', ['24-trixie', '24-alpine3.22', '24-trixie-slim']],
      ['22', ['22-alpine3.21', '22-bookworm-slim']],
      ['20', ['20-bookworm-slim']],
    ],
  );
});

test('tags without a number come last', () => {
  const [first] = node.tagRows;
  assert.ok(first);
  const lines = tagLines([{ ...first, tag: 'latest' }, first, { ...first, tag: 'v9' }], undefined);
  assert.deepEqual(
    lines.map(({ line }) => line),
    ['24', '9', null],
  );
});

test('a consumer must move before the first end among its tags, unless all of them are the recommended one', () => {
  assert.equal(moveBefore(node, ['24-trixie-slim']), null);
  assert.equal(moveBefore(node, ['24-trixie-slim', '22-bookworm-slim']), '2027-04-30');
  assert.equal(moveBefore(node, ['no-such-tag']), null);
});

test('a dash ends the name of an entry in its address', () => {
  assert.deepEqual(parseEntryAddress('golden/a/b/-/settings'), { repository: 'golden/a/b', tab: 'settings' });
  assert.deepEqual(parseEntryAddress('golden/node'), { repository: 'golden/node', tab: '' });
  assert.deepEqual(parseEntryAddress('golden/node/-/'), { repository: 'golden/node', tab: '' });
});
