import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundPackage } from './cataloger.ts';
import { cleanDistribution, cleanPackage, cleanProblem, cleanText } from './clean-package.ts';

const found: FoundPackage = { name: 'a', version: '1', ecosystem: 'npm', purl: 'pkg:npm/a@1', path: 'a/package.json' };

test('what no database holds is marked, the rest stays', () => {
  assert.equal(cleanText('a\0b\ud800c é 😀'), 'a\u{fffd}b\u{fffd}c é 😀');
  const dirty = { ...found, name: 'a\0', path: 'x\0/package.json', licenses: ['M\0IT'], owns: ['bin/a'] };
  assert.deepEqual(cleanPackage(dirty), {
    ...dirty,
    name: 'a\u{fffd}',
    path: 'x\u{fffd}/package.json',
    licenses: ['M\u{fffd}IT'],
  });
  assert.deepEqual(cleanPackage({ ...found, ecosystem: null }), { ...found, ecosystem: null });
});

for (const key of ['name', 'version', 'purl', 'sourceName', 'sourceVersion', 'module'] as const) {
  test(`a package with an endless ${key} is none`, () => {
    assert.equal(cleanPackage({ ...found, [key]: 'x'.repeat(2000) }), undefined);
    assert.equal(cleanPackage({ ...found, [key]: 'é'.repeat(600) }), undefined, 'bytes count');
  });
}

test('licenses are many at times, and long at times', () => {
  const licenses = Array.from({ length: 100 }, () => 'x'.repeat(300));
  const cleaned = cleanPackage({ ...found, licenses })?.licenses ?? [];
  assert.equal(cleaned.length, 50);
  assert.equal(cleaned[0]?.length, 200);
});

test('distributions and problems are cleaned too', () => {
  assert.equal(cleanDistribution({ id: 'a\0', versionId: '1\0', name: '\ud800', like: ['b\0'] }).like[0], 'b\u{fffd}');
  const problem = { code: 'x', message: `\0${'m'.repeat(5000)}`, path: 'p\0', layer: null };
  assert.equal(cleanProblem(problem).path, 'p\u{fffd}');
  assert.equal(cleanProblem(problem).message.length, 1000);
});
