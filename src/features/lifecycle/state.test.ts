import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canMove, checkMove, type RepositoryImageState } from './state.ts';

const states: readonly RepositoryImageState[] = ['staged', 'rejected', 'approved', 'deprecated', 'retired', 'removed'];

const allowed = new Set([
  'staged approved',
  'staged rejected',
  'staged removed',
  'rejected staged',
  'rejected approved',
  'rejected removed',
  'approved deprecated',
  'approved retired',
  'approved removed',
  'deprecated approved',
  'deprecated retired',
  'deprecated removed',
  'retired approved',
  'retired deprecated',
  'retired removed',
  'removed staged',
  'removed approved',
]);

for (const from of states) {
  for (const to of states) {
    const may = from === to || allowed.has(`${from} ${to}`);
    test(`${from} ${may ? 'may become' : 'never becomes'} ${to}`, () => assert.equal(canMove(from, to), may));
  }
}

test('an image that is not known yet begins anywhere', () => {
  for (const to of states) assert.equal(canMove(undefined, to), true);
});

test('a refused move says what is possible', () => {
  assert.throws(
    () => checkMove('golden/node@sha256:1', 'retired', 'rejected'),
    /cannot move golden\/node@sha256:1 to rejected: it is retired, and from there it may become approved, deprecated, removed/,
  );
});
