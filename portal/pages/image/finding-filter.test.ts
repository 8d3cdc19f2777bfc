import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingRow } from '#model/api-images.ts';
import { type FindingFilter, matchesFilter, noFilter } from './finding-filter.ts';

const finding: FindingRow = {
  id: 'GHSA-x',
  aliases: ['CVE-2026-27710'],
  summary: 'Request smuggling',
  severity: 'high',
  score: 8.1,
  package: { name: 'undici', version: '7.10.0', ecosystem: 'npm', purl: 'pkg:npm/undici@7.10.0' },
  fixedVersion: null,
  knownExploitedSince: null,
  locations: [{ layer: 'sha256:1', path: 'app/node_modules/undici/package.json' }],
  platforms: [],
  acceptance: { id: '1', reason: 'only inside', until: '2027-01-12', by: 'anna' },
};

const cases: readonly (readonly [string, Partial<FindingFilter>, boolean])[] = [
  ['nothing is asked', {}, true],
  ['its CVE is asked', { words: 'cve-2026-27710' }, true],
  ['a word of its path and its name are asked', { words: 'node_modules UNDICI' }, true],
  ['one of two words does not occur', { words: 'undici zlib' }, false],
  ['its severity is picked', { severities: new Set(['high']) }, true],
  ['another severity is picked', { severities: new Set(['low']) }, false],
  ['only what can be fixed is asked and it has no fix', { fixableOnly: true }, false],
  ['accepted findings are hidden', { showAccepted: false }, false],
];

for (const [when, filter, shown] of cases) {
  test(`a finding is ${shown ? 'shown' : 'hidden'} when ${when}`, () => {
    assert.equal(matchesFilter(finding, { ...noFilter, ...filter }), shown);
  });
}
