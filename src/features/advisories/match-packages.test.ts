import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentEcosystem } from '#model/ecosystem.ts';
import { type OsvRecord, osvRecord } from '#testkit/osv-folder.ts';
import { type AdvisoryIndex, keyOf } from './advisory.ts';
import { matchPackages } from './match-packages.ts';
import { parseAdvisory } from './parse-advisory.ts';

function indexOf(records: readonly OsvRecord[]): AdvisoryIndex {
  const entries = records.map(parseAdvisory).flatMap((advisory) => {
    return advisory.affected.map((affected) => ({ advisory, affected }));
  });
  return {
    find: async (keys) => {
      const wanted = new Set(keys.map((key) => keyOf(key.ecosystem, key.name)));
      return entries.filter(({ affected }) => wanted.has(keyOf(parentEcosystem(affected.ecosystem), affected.name)));
    },
    covers: async () => true,
    describe: async () => [],
  };
}

type Extra = { sourceName?: string; sourceVersion?: string; module?: string };

function installed(ecosystem: string, name: string, version: string, extra: Extra = {}) {
  const { sourceName = null, sourceVersion = null, module = null } = extra;
  return { ecosystem, name, version, sourceName, sourceVersion, module };
}

async function idsFor(records: readonly OsvRecord[], item: ReturnType<typeof installed>): Promise<string[]> {
  const [matches] = await matchPackages(indexOf(records), [item]);
  return (matches ?? []).map((match) => match.advisoryId);
}

test('a match says what a person wants to know', async () => {
  const record = osvRecord('GHSA-1', 'npm', 'body-parser', '1.20.3', {
    aliases: ['CVE-2024-45590'],
    summary: 'denial of service',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    database_specific: { severity: 'LOW' },
  });
  const known = new Map([['CVE-2024-45590', '2024-10-01']]);
  const result = await matchPackages(indexOf([record]), [installed('npm', 'body-parser', '1.20.2')], known);
  assert.deepEqual(result, [
    [
      {
        advisoryId: 'GHSA-1',
        aliases: ['CVE-2024-45590'],
        summary: 'denial of service',
        severity: 'high',
        score: 7.5,
        fixedVersion: '1.20.3',
        knownExploitedSince: '2024-10-01',
        malicious: false,
      },
    ],
  ]);
});

test('the answer is aligned with the packages', async () => {
  const index = indexOf([osvRecord('GHSA-1', 'npm', 'a', '2.0.0')]);
  const packages = [installed('npm', 'b', '1.0.0'), installed('npm', 'a', '1.0.0'), installed('', 'a', '1.0.0')];
  const matches = await matchPackages(index, packages);
  assert.deepEqual(
    matches.map((list) => list.length),
    [0, 1, 0],
  );
});

test('withdrawn and informational records never match', async () => {
  const withdrawn = osvRecord('GHSA-1', 'npm', 'a', null, { withdrawn: '2026-01-01T00:00:00Z' });
  assert.deepEqual(await idsFor([withdrawn], installed('npm', 'a', '1.0.0')), []);
  const unmaintained = {
    id: 'RUSTSEC-1',
    affected: [
      {
        package: { ecosystem: 'crates.io', name: 'a' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0.0.0-0' }] }],
        database_specific: { informational: 'unmaintained' },
      },
    ],
  };
  assert.deepEqual(await idsFor([unmaintained], installed('crates.io', 'a', '1.0.0')), []);
});

test('only records of the same release match, and a bare ecosystem matches no release', async () => {
  const records = ['Alpine', 'Alpine:v3.19', 'Alpine:v3.20', 'Alpine:edge'].map((ecosystem) => {
    return osvRecord(`X-${ecosystem}`, ecosystem, 'musl', '9-r0');
  });
  assert.deepEqual(await idsFor(records, installed('Alpine:v3.20', 'musl', '1.2.5-r0')), ['X-Alpine:v3.20']);
});

test('Debian and Alpine are matched by source package and its version', async () => {
  const record = osvRecord('DSA-1', 'Debian:12', 'openssl', '3.0.11-1~deb12u3');
  const libssl = installed('Debian:12', 'libssl3', '3.0.11-1~deb12u2+b1', {
    sourceName: 'openssl',
    sourceVersion: '3.0.11-1~deb12u2',
  });
  assert.deepEqual(await idsFor([record], libssl), ['DSA-1']);
  const rebuilt = { ...libssl, version: '3.0.11-1~deb12u2', sourceVersion: '3.0.11-1~deb12u3' };
  assert.deepEqual(await idsFor([record], rebuilt), []);
  const other = osvRecord('DSA-2', 'Debian:12', 'libssl3', '9');
  assert.deepEqual(await idsFor([other], libssl), []);
});

test('AlmaLinux is matched by binary package, and a missing epoch is zero', async () => {
  const record = osvRecord('ALSA-1', 'AlmaLinux:9', 'openssl-libs', '1:3.0.7-25.el9_3');
  const libs = installed('AlmaLinux:9', 'openssl-libs', '1:3.0.7-24.el9', { sourceName: 'openssl' });
  assert.deepEqual(await idsFor([record], libs), ['ALSA-1']);
  const bySource = osvRecord('ALSA-2', 'AlmaLinux:9', 'openssl', '1:9-1');
  assert.deepEqual(await idsFor([bySource], libs), []);
  const plain = osvRecord('ALSA-3', 'AlmaLinux:9', 'libcap', '2.48-10.el9');
  assert.deepEqual(await idsFor([plain], installed('AlmaLinux:9', 'libcap', '0:2.48-9.el9_2')), ['ALSA-3']);
});

test('Rocky records name either package, and what speaks of the package itself decides', async () => {
  const record = {
    id: 'RLSA-1',
    affected: [
      {
        package: { ecosystem: 'Rocky Linux:9', name: 'glibc' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0:2.34-99' }] }],
      },
      {
        package: { ecosystem: 'Rocky Linux:9', name: 'nscd' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0:2.34-10' }] }],
      },
    ],
  };
  const source = { sourceName: 'glibc' };
  assert.deepEqual(await idsFor([record], installed('Rocky Linux:9', 'glibc-common', '2.34-20', source)), ['RLSA-1']);
  assert.deepEqual(await idsFor([record], installed('Rocky Linux:9', 'nscd', '2.34-20', source)), []);
});

test('a source record with a list of binaries concerns those only', async () => {
  const record = {
    id: 'SUSE-1',
    affected: [
      {
        package: { ecosystem: 'openSUSE:Leap 15.6', name: 'openssl-3' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.1.4-150600.5.1' }] }],
        ecosystem_specific: { binaries: [{ libopenssl3: '3.1.4-150600.5.2' }] },
      },
    ],
  };
  const version = '3.1.4-150600.4.1';
  const libssl = installed('openSUSE:Leap 15.6', 'libopenssl3', version, { sourceName: 'openssl-3' });
  const [matches] = await matchPackages(indexOf([record]), [libssl]);
  assert.equal(matches?.[0]?.fixedVersion, '3.1.4-150600.5.2');
  assert.deepEqual(await idsFor([record], { ...libssl, name: 'openssl-3-doc' }), []);
});

test("Ubuntu's paid updates are matched by their own records", async () => {
  const records = [
    osvRecord('UBUNTU-1', 'Ubuntu:20.04:LTS', 'curl', null),
    osvRecord('UBUNTU-2', 'Ubuntu:Pro:20.04:LTS', 'curl', '7.68.0-1ubuntu2.25+esm3'),
  ];
  assert.deepEqual(await idsFor(records, installed('Ubuntu:20.04:LTS', 'curl', '7.68.0-1ubuntu2.25')), ['UBUNTU-1']);
  const paid = installed('Ubuntu:20.04:LTS', 'curl', '7.68.0-1ubuntu2.25+esm2');
  assert.deepEqual(await idsFor(records, paid), ['UBUNTU-2']);
});

test('several entries about one package make one match', async () => {
  const range = (introduced: string, fixed: string) => ({
    package: { ecosystem: 'Maven', name: 'org.apache.logging.log4j:log4j-core' },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced }, { fixed }] }],
  });
  const record = {
    id: 'GHSA-jfh8',
    affected: [range('2.13.0', '2.15.0'), range('2.4', '2.12.2'), range('2.0-beta9', '2.3.1')],
  };
  const log4j = (version: string) => installed('Maven', 'org.apache.logging.log4j:log4j-core', version);
  const matches = await matchPackages(indexOf([record]), ['2.14.1', '2.8.2', '2.12.2', '2.1'].map(log4j));
  assert.deepEqual(
    matches.map(([match]) => match?.fixedVersion),
    ['2.15.0', '2.12.2', undefined, '2.3.1'],
  );
});

test('records of one source are never merged, whatever their aliases', async () => {
  const aliases = ['CVE-2024-1'];
  const records = [
    osvRecord('A-1', 'npm', 'a', '2.0.0', { aliases }),
    osvRecord('A-2', 'npm', 'a', '3.0.0', { aliases }),
  ];
  assert.deepEqual(await idsFor(records, installed('npm', 'a', '1.0.0')), ['A-1', 'A-2']);
});

test('of one record in two sources the newer counts', async () => {
  const older = osvRecord('A-1', 'npm', 'a', null, { modified: '2025-01-01T00:00:00Z' });
  const newer = osvRecord('A-1', 'npm', 'a', null, {
    modified: '2026-01-01T00:00:00Z',
    withdrawn: '2026-01-01T00:00:00Z',
  });
  const fixed = osvRecord('A-1', 'npm', 'a', '1.0.0', { modified: '2026-01-01T00:00:00Z' });
  assert.deepEqual(await idsFor([older, fixed], installed('npm', 'a', '1.0.0')), []);
  assert.deepEqual(await idsFor([newer, older], installed('npm', 'a', '1.0.0')), []);
});

test('a malicious package is critical, with or without versions', async () => {
  const record = { id: 'MAL-2026-1', affected: [{ package: { ecosystem: 'npm', name: 'evil' } }] };
  const [matches] = await matchPackages(indexOf([record]), [installed('npm', 'evil', '1.0.0')]);
  assert.equal(matches?.[0]?.malicious, true);
  assert.equal(matches?.[0]?.severity, 'critical');
});

test('a version that says nothing is not matched', async () => {
  const record = osvRecord('GO-1', 'Go', 'example.com/m', '1.0.0');
  for (const version of [
    '(devel)',
    '',
    'unknown',
    'v0.0.0-00010101000000-000000000000',
    '0.0.0-00010101000000-000000000000',
  ]) {
    assert.deepEqual(await idsFor([record], installed('Go', 'example.com/m', version)), [], version);
  }
  const pseudo = 'v0.0.0-20210101000000-abcdefabcdef';
  assert.deepEqual(await idsFor([record], installed('Go', 'example.com/m', pseudo)), ['GO-1']);
  assert.deepEqual(await idsFor([osvRecord('GO-2', 'Go', 'stdlib', '1.21.5')], installed('Go', 'stdlib', '1.21rc1')), [
    'GO-2',
  ]);
});

test("a distribution's own severity comes before the vector's", async () => {
  const record = osvRecord('ALSA-1', 'AlmaLinux:9', 'a', '2-1', {
    summary: 'Low: a security update',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
  });
  const [matches] = await matchPackages(indexOf([record]), [installed('AlmaLinux:9', 'a', '1-1')]);
  assert.equal(matches?.[0]?.severity, 'low');
  assert.equal(matches?.[0]?.score, 10);
});
