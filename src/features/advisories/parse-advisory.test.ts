import assert from 'node:assert/strict';
import { test } from 'node:test';
import { osvRecord } from '#testkit/osv-folder.ts';
import { parseAdvisory } from './parse-advisory.ts';

test('only an id is needed, and unknown fields and future schema versions are ignored', () => {
  const advisory = parseAdvisory({ id: 'X-1', schema_version: '1.99.0', news: { from: 'the future' } });
  assert.deepEqual(advisory.affected, []);
  assert.equal(advisory.withdrawn, false);
  assert.throws(() => parseAdvisory({ modified: '2026-01-01T00:00:00Z' }));
  assert.throws(() => parseAdvisory('text'));
});

test('the zero time is no time', () => {
  const zero = '0001-01-01T00:00:00Z';
  const advisory = parseAdvisory({ id: 'GO-1', modified: zero, published: zero, withdrawn: zero });
  assert.equal(advisory.modified, '');
  assert.equal(advisory.published, null);
  assert.equal(advisory.withdrawn, false);
  assert.equal(parseAdvisory({ id: 'GO-1', withdrawn: '2026-01-01T00:00:00Z' }).withdrawn, true);
});

test('aliases begin with CVEs, and take in upstream ids and what AlmaLinux calls related', () => {
  const record = osvRecord('ALSA-2024:1', 'AlmaLinux:9', 'glibc', '2', {
    aliases: ['GHSA-a', 'ALSA-2024:1'],
    upstream: ['CVE-2024-2'],
    related: ['CVE-2024-3', 'RHSA-2024:1'],
  });
  assert.deepEqual(parseAdvisory(record).aliases, ['CVE-2024-2', 'CVE-2024-3', 'GHSA-a']);
  const other = osvRecord('GHSA-b', 'npm', 'x', '2', { aliases: ['CVE-2024-4'], related: ['CVE-2024-5'] });
  assert.deepEqual(parseAdvisory(other).aliases, ['CVE-2024-4']);
});

test('ranges of commits are left out, and the others beside them stay', () => {
  const [affected] = parseAdvisory({
    id: 'PYSEC-1',
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'Tensorflow_CPU' },
        ranges: [
          { type: 'GIT', repo: 'https://example.com', events: [{ introduced: '0' }, { fixed: 'abc' }] },
          { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.5.3' }] },
        ],
      },
    ],
  }).affected;
  assert.equal(affected?.name, 'tensorflow-cpu');
  assert.deepEqual(affected?.ranges, [
    [
      { kind: 'introduced', version: '0' },
      { kind: 'fixed', version: '2.5.3' },
    ],
  ]);
});

test('nulls stand for nothing, as Go and Rust records have them', () => {
  const advisory = parseAdvisory({
    id: 'GO-2',
    aliases: null,
    severity: null,
    affected: [{ package: { ecosystem: 'Go', name: 'x' }, versions: null, ranges: null }, { package: null }],
  });
  assert.equal(advisory.affected.length, 1);
  assert.equal(parseAdvisory({ id: 'GO-3', affected: null }).affected.length, 0);
});

test('binaries are read in the way of Ubuntu and in the way of SUSE', () => {
  const withBinaries = (binaries: unknown) =>
    parseAdvisory({
      id: 'X',
      affected: [{ package: { ecosystem: 'Ubuntu:22.04:LTS', name: 'x' }, ecosystem_specific: { binaries } }],
    }).affected[0]?.binaries;
  assert.deepEqual(withBinaries([{ binary_name: 'libx1', binary_version: '1-1' }]), { libx1: '1-1' });
  assert.deepEqual(withBinaries([{ libx1: '1-1', 'libx-dev': '1-1' }]), { libx1: '1-1', 'libx-dev': '1-1' });
  assert.equal(withBinaries([]), null);
  assert.equal(withBinaries('nonsense'), null);
});

test('a record without a summary shows its first sentence', () => {
  assert.equal(parseAdvisory({ id: 'X', details: 'It breaks. Badly.\nMore.' }).summary, 'It breaks.');
  assert.equal(parseAdvisory({ id: 'X', details: 'a'.repeat(500) }).summary.length, 200);
});
