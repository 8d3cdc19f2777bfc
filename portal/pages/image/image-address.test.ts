import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageDetail, RepositoryState } from '#model/api-images.ts';
import { nameOf, placeOf, splitVia, tagOf } from './image-address.ts';

function place(repository: string, state: RepositoryState['state'], tags: string[] = []): RepositoryState {
  return { repository, tags, state, since: '', reason: null, successor: null, retiresAt: null, notice: null };
}
const staged = place('staging/node', 'staged', ['24']);
const golden = place('golden/node', 'approved', ['24', '24-trixie']);
const image = { repositories: [staged, golden] } as unknown as ImageDetail; // only the places matter here

test('via is a repository and a tag', () => {
  assert.deepEqual(splitVia('golden/a/b:1.2'), { repository: 'golden/a/b', tag: '1.2' });
  assert.deepEqual(splitVia('golden/a'), { repository: 'golden/a', tag: undefined });
  assert.equal(splitVia(undefined), undefined);
});

test('the repository that the reader came by stands in the head, else the catalog', () => {
  assert.equal(placeOf(image, 'staging/node:24'), staged);
  assert.equal(placeOf(image, undefined), golden);
  assert.equal(placeOf(image, 'elsewhere/node:24'), golden);
});

test('a tag that has moved on is not shown', () => {
  assert.equal(tagOf(golden, 'golden/node:24-trixie'), '24-trixie');
  assert.equal(tagOf(golden, 'golden/node:22'), '24');
});

test('an image without a tag is named by its digest', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  assert.match(
    nameOf(digest, place('golden/node', 'approved'), undefined),
    /^golden\/node@sha256:0123456789…abcdef$|^golden\/node@0123456789…abcdef$/,
  );
  assert.equal(nameOf(digest, golden, '24'), 'golden/node:24');
});
