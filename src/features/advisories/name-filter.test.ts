import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNameFilter } from './name-filter.ts';

const mayConcern = createNameFilter(['glibc', 'größe', 'foo-bar'], (name) => name.toLowerCase().replaceAll('_', '-'));
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

test('a record is kept when one of its names is wanted', () => {
  assert.ok(mayConcern('{"package":{"name":"other"},"x":{ "name" : "glibc" }}'));
  assert.ok(mayConcern(latin1('{"name":"größe"}')));
  assert.ok(mayConcern('{"name":"Foo_Bar"}'));
});

test('a record about other packages is passed over', () => {
  assert.ok(!mayConcern('{"name":"glibc-common"}'));
  assert.ok(!mayConcern('{"summary":"glibc","names":["glibc"],"name":["glibc"],"name":5}'));
  assert.ok(!mayConcern(''));
});

test('a name with escapes may be any name', () => {
  assert.ok(mayConcern('{"name":"gl\\u0069bc"}'));
  assert.ok(mayConcern('{"name":"cut off'));
});
