import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageConfig } from '#formats/oci/image-config.ts';
import type { Problem } from '#model/problem.ts';
import { diffIdsOf, platformName } from './image-configuration.ts';

const first = `sha256:${'1'.repeat(64)}`;
const second = `sha256:${'2'.repeat(64)}`;

function ask(diffIds: readonly unknown[], layers: number): { found: (string | null)[]; codes: string[] } {
  const problems: Problem[] = [];
  const config = parseImageConfig(Buffer.from(JSON.stringify({ rootfs: { diff_ids: diffIds } })));
  return { found: diffIdsOf(config, layers, problems), codes: problems.map((problem) => problem.code) };
}

test('diff IDs are those of the configuration when there is one for each layer', () => {
  assert.deepEqual(ask([first, second], 2), { found: [first, second], codes: [] });
  assert.deepEqual(ask([], 0), { found: [], codes: [] });
});

test('a configuration that speaks of other layers is not believed, and that is said', () => {
  assert.deepEqual(ask([first, second], 1), { found: [null], codes: ['layer-missing'] });
  assert.deepEqual(ask([first], 2), { found: [null, null], codes: ['digest-mismatch'] });
  assert.deepEqual(ask([first, 'x\0y'], 2), { found: [first, null], codes: ['digest-mismatch'] });
});

test('without a configuration nothing is known, which the missing configuration says already', () => {
  const problems: Problem[] = [];
  assert.deepEqual(diffIdsOf(null, 2, problems), [null, null]);
  assert.deepEqual(problems, []);
});

for (const [given, expected] of [
  [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, 'linux/arm64/v8'],
  [{ os: 'linux', architecture: 'arm64', variant: null }, 'linux/arm64'],
  [{ os: 'linux', architecture: 'arm64', variant: '\u001b[2J' }, 'linux/arm64'],
  [{ os: '', architecture: 'amd64' }, undefined],
  [{ os: 'linux\n', architecture: 'amd64' }, undefined],
  [{ os: 'linux', architecture: 'a'.repeat(41) }, undefined],
] as const) {
  test(`${JSON.stringify(given).slice(0, 60)} is the platform ${expected}`, () => {
    assert.equal(platformName(given), expected);
  });
}
