import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNameFilter } from './name-filter.ts';

const wanted = ['glibc', 'größe', 'foo-bar'];
const normalizing = createNameFilter(wanted, (name) => name.toLowerCase().replaceAll('_', '-'));
const exact = createNameFilter(wanted);
const mayConcern = (json: string) => {
  const both = [normalizing, exact].map((filter) => filter(Buffer.from(json)));
  assert.equal(both[0], both[1], json);
  return both[0];
};

test('a record is kept when one of its names is wanted', () => {
  assert.ok(mayConcern('{"package":{"name":"other"},"x":{ "name" : "glibc" }}'));
  assert.ok(mayConcern('{"name":"größe"}'));
  assert.ok(normalizing(Buffer.from('{"name":"Foo_Bar"}')));
  assert.ok(!exact(Buffer.from('{"name":"Foo_Bar"}')));
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
