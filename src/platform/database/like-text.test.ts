import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likeText } from './like-text.ts';

test('wild cards of LIKE are taken literally', () => {
  assert.equal(likeText('100%_\\'), '100\\%\\_\\\\');
});
