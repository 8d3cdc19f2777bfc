import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findScheme } from '#formats/versions/index.ts';
import type { Affected } from './advisory.ts';
import { findFixedVersion, isAffected } from './affected.ts';
import { parseAdvisory } from './parse-advisory.ts';

function affectedBy(entry: Readonly<Record<string, unknown>>, ecosystem = 'npm'): Affected {
  const [affected] = parseAdvisory({ id: 'X', affected: [{ package: { ecosystem, name: 'x' }, ...entry }] }).affected;
  assert.ok(affected);
  return affected;
}

function range(...events: readonly Readonly<Record<string, string>>[]) {
  return { type: 'SEMVER', events };
}

function semver() {
  const scheme = findScheme('semver');
  assert.ok(scheme);
  return scheme;
}

const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, readonly string[], readonly string[]])[] = [
  [
    'below the fix',
    { ranges: [range({ introduced: '0' }, { fixed: '1.2.0' })] },
    ['0.0.1', '1.1.9'],
    ['1.2.0', '2.0.0'],
  ],
  [
    'up to the last affected one',
    { ranges: [range({ introduced: '1.0.0' }, { last_affected: '1.5.0' })] },
    ['1.0.0', '1.5.0'],
    ['0.9.0', '1.5.1'],
  ],
  ['without a fix', { ranges: [range({ introduced: '2.0.0' })] }, ['2.0.0', '99.0.0'], ['1.9.9']],
  [
    'in several stretches, whatever the order of the events',
    { ranges: [range({ fixed: '2.3.0' }, { introduced: '2.0.0' }, { fixed: '1.2.0' }, { introduced: '0' })] },
    ['1.0.0', '2.1.0'],
    ['1.2.0', '1.9.0', '2.3.0'],
  ],
  ['nowhere, when fixed in 0', { ranges: [range({ introduced: '0' }, { fixed: '0' })] }, [], ['0.0.1', '1.0.0']],
  ['where listed', { versions: ['1.0.0', 'v1.1.0'] }, ['1.0.0', '1.1.0'], ['1.2.0']],
  [
    'listed beside a range',
    { versions: ['3.0.0'], ranges: [range({ introduced: '0' }, { fixed: '1.0.0' })] },
    ['0.5.0', '3.0.0'],
    ['2.0.0'],
  ],
  [
    'beside a range of commits that comes first',
    { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }, range({ introduced: '0' }, { fixed: '1.0.0' })] },
    ['0.5.0'],
    ['1.0.0'],
  ],
  ['not by commits alone', { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }, [], ['1.0.0']],
  ['below the limit', { ranges: [range({ introduced: '1.0.0' }, { limit: '2.0.0' })] }, ['1.5.0'], ['2.0.0', '0.1.0']],
  [
    'with the implicit limit written out',
    { ranges: [range({ introduced: '1.0.0' }, { limit: '*' })] },
    ['9.0.0'],
    ['0.1.0'],
  ],
  [
    'from the lowest pre-release, as Rust writes it',
    { ranges: [range({ introduced: '0.0.0-0' })] },
    ['0.0.0', '0.1.0'],
    [],
  ],
];

for (const [name, entry, inside, outside] of cases) {
  test(`a version is affected ${name}`, () => {
    const affected = affectedBy(entry);
    for (const version of inside) assert.ok(isAffected(semver(), affected, version), `${version} is affected`);
    for (const version of outside) assert.ok(!isAffected(semver(), affected, version), `${version} is not affected`);
  });
}

test('the fix of the stretch that the version lies in is named', () => {
  const affected = affectedBy({
    ranges: [range({ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }, { fixed: '2.3.0' })],
  });
  assert.equal(findFixedVersion(semver(), [affected], '1.0.0'), '1.2.0');
  assert.equal(findFixedVersion(semver(), [affected], '2.1.0'), '2.3.0');
});

test('of several entries about one package no fix is named that another entry calls affected', () => {
  const first = affectedBy({ ranges: [range({ introduced: '0' }, { fixed: '2.15.0' })] });
  const second = affectedBy({ ranges: [range({ introduced: '2.13.0' }, { fixed: '2.16.0' })] });
  assert.equal(findFixedVersion(semver(), [first, second], '2.14.0'), '2.16.0');
  assert.equal(findFixedVersion(semver(), [affectedBy({ ranges: [range({ introduced: '0' })] })], '1.0.0'), null);
});
