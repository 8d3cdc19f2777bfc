import type { ReportFinding, ReportInput } from '#features/reports/report.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Package } from '#model/package.ts';

export const AMD64 = `sha256:${'1'.repeat(64)}`;
export const ARM64 = `sha256:${'2'.repeat(64)}`;
const LAYER = `sha256:${'e'.repeat(64)}`;

export function packageOf(name: string, version: string, more: Partial<Package> = {}): Package {
  return {
    ecosystem: 'Debian:12',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12`,
    sourceName: null,
    sourceVersion: null,
    module: null,
    locations: [{ layer: LAYER, path: 'var/lib/dpkg/status' }],
    ownedBy: null,
    licenses: [],
    ...more,
  };
}

export function findingOf(found: Package, advisoryId: string, more: Partial<ReportFinding> = {}): ReportFinding {
  return {
    advisoryId,
    aliases: [],
    summary: `Something in ${found.name} is wrong`,
    severity: 'high',
    score: 7.5,
    fixedVersion: null,
    knownExploitedSince: null,
    malicious: false,
    package: found,
    ...more,
  };
}

/** An index of two platforms with a bit of everything that a report can say. */
export function createReportInput(more: Partial<ReportInput> = {}): ReportInput {
  const openssl = packageOf('openssl', '1:3.0.9-1', {
    sourceName: 'openssl',
    sourceVersion: '3.0.9-1',
    licenses: ['Apache-2.0'],
  });
  const lodash = packageOf('lodash', '4.17.20', {
    ecosystem: 'npm',
    purl: 'pkg:npm/lodash@4.17.20',
    locations: [{ layer: LAYER, path: 'app/node modules/lodäsh!/package.json' }],
  });
  const evil = packageOf('evil', '1.0.0', { ecosystem: 'npm', purl: 'pkg:npm/evil@1.0.0', locations: [] });
  const findings = [
    findingOf(openssl, 'DSA-5500-1', {
      aliases: ['CVE-2023-0002', 'CVE-2023-0001'],
      severity: 'critical',
      score: 9.8,
      fixedVersion: '1:3.0.10-1',
      knownExploitedSince: '2023-10-01',
    }),
    findingOf(lodash, 'GHSA-aaaa-bbbb-cccc', {
      aliases: ['CVE-2021-23337'],
      severity: 'medium',
      acceptance: {
        reason: 'the function is never called',
        until: new Date('2027-01-01T00:00:00Z'),
        by: 'ana',
        ticket: 'SEC-1',
      },
    }),
    findingOf(evil, 'MAL-2026-1', { severity: 'unknown', score: null, malicious: true }),
  ];
  const base = { distribution: { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12', like: [] }, findings };
  const packages = [openssl, lodash, evil];
  return {
    image: {
      digest: `sha256:${'a'.repeat(64)}` as Digest,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      size: 512,
      name: 'golden/base/debian',
    },
    platforms: [
      { ...base, digest: AMD64, platform: 'linux/amd64', packages, malware: [], problems: [] },
      {
        ...base,
        digest: ARM64,
        platform: 'linux/arm64',
        packages: packages.map((each) => ({ ...each, purl: each.purl.replace('amd64', 'arm64') })),
        malware: [
          { engine: 'hash-list', signature: 'EICAR', path: 'tmp/eicar.com', layer: LAYER, sha256: 'b'.repeat(64) },
          { engine: 'yara-x', signature: 'EICAR', path: 'tmp/eicar.com', layer: LAYER, sha256: 'b'.repeat(64) },
        ],
        problems: [
          { code: 'layer-damaged', message: 'the layer ends too early', path: null, layer: LAYER },
          { code: 'licence-unknown', message: 'a license is unreadable', path: 'usr/share/doc/a', layer: LAYER },
        ],
      },
    ],
    startedAt: new Date('2026-05-04T10:00:00Z'),
    finishedAt: new Date('2026-05-04T10:00:05Z'),
    validUntil: new Date('2026-05-11T10:00:05Z'),
    toolVersion: '0.1.0',
    dataSources: [{ id: 'osv', refreshedAt: new Date('2026-05-04T09:00:00Z') }],
    malwareEngines: [
      { id: 'hash-list', version: '7' },
      { id: 'yara-x', version: '1.20.0' },
    ],
    ...more,
  };
}
