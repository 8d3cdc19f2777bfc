import type { Evidence, EvidenceFinding, PlatformEvidence } from '#features/gates/rule.ts';
import { supportWindow } from '#model/lifecycle.ts';

/** A finding that can be fixed: critical, not known to be exploited. */
export function gateFinding(change: Partial<EvidenceFinding> = {}): EvidenceFinding {
  return {
    advisoryId: 'CVE-2026-31415',
    aliases: [],
    summary: '',
    severity: 'critical',
    score: 9.8,
    fixedVersion: '2.12.7+deb13u2',
    knownExploitedSince: null,
    malicious: false,
    packageName: 'libxml2',
    packageVersion: '2.12.7',
    ...change,
  };
}

export function gatePlatform(change: Partial<PlatformEvidence> = {}): PlatformEvidence {
  return {
    digest: `sha256:${'1'.repeat(64)}`,
    platform: 'linux/amd64',
    distribution: { id: 'debian', versionId: '13', name: 'Debian GNU/Linux', like: [] },
    covered: true,
    packages: 214,
    findings: [],
    malware: [],
    problems: [],
    labels: {},
    ...change,
  };
}

/** An image of one platform with nothing against it, on 23 Nov 2026. */
export function gateEvidence(change: Partial<Evidence> = {}): Evidence {
  return {
    digest: `sha256:${'0'.repeat(64)}`,
    kind: 'image',
    repositories: ['staging/node', 'golden/node'],
    annotations: {},
    platforms: [gatePlatform()],
    problems: [],
    window: supportWindow([{ source: 'distribution', subject: 'Debian 13', endOfLife: '2028-08-09' }]),
    signatures: [],
    dataDates: { 'osv:Debian': '2026-11-23T03:00:00.000Z' },
    now: new Date('2026-11-23T12:00:00Z'),
    ...change,
  };
}
