import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { gateEvidence } from '#testkit/gate-evidence.ts';
import { rules } from './index.ts';

for (const rule of rules) {
  test(`rule ${rule.id} is named as its file, has a test, and needs no options`, () => {
    assert.match(rule.id, /^[a-z][a-z0-9-]*$/);
    for (const file of [`${rule.id}.ts`, `${rule.id}.test.ts`]) {
      assert.ok(existsSync(new URL(file, import.meta.url)), `${file} is missing`);
    }
    assert.equal(rule.judge(gateEvidence(), {}).outcome, 'pass');
    assert.throws(() => rule.judge(gateEvidence(), { unknownOption: 1 }));
  });
}

test('no two rules share an id', () => {
  assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
});
