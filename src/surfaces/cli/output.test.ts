import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, table } from './output.ts';

test('columns are as wide as their widest cell', () => {
  assert.equal(
    table(
      ['NAME', 'TAG'],
      [
        ['golden/alpine', '3'],
        ['a', '10'],
      ],
    ),
    'NAME           TAG\ngolden/alpine  3\na              10\n',
  );
});

test('control characters from outside do not reach the terminal', () => {
  assert.equal(plain('safe\u001b[2Jtext\n'), 'safe\u00b7[2Jtext\u00b7');
});
