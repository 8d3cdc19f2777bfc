import type { TagRow } from '#model/api-entries.ts';
import type { FindingRow, HistoryRow, ImageDetail, LayerRow, PackageRow, ReportRow } from '#model/api-images.ts';
import { refusalSentence } from '#model/image-state.ts';
import { verdictOf } from './fixture-intake.ts';
import { dayFrom, digestOf, hoursFrom } from './fixture-parts.ts';

const layerIds = ['base', 'users', 'packages', 'node', 'modules', 'command'].map((name) => digestOf(`layer ${name}`));
const layer = (at: number) => layerIds[at] ?? '';

const checks: NonNullable<ReportRow['signature']>['checks'] = [
  { name: 'integrity', outcome: 'passed', detail: 'The signed bytes are the bytes that are stored.' },
  {
    name: 'authenticity',
    outcome: 'passed',
    detail: 'The chain ends in Assay development root, which this catalog trusts.',
  },
  { name: 'subject', outcome: 'passed', detail: 'The signature is about this report, and nothing else.' },
  { name: 'expiry', outcome: 'passed', detail: 'Valid until 30 Nov 2026, 15:31.' },
  {
    name: 'timestamp',
    outcome: 'logged',
    detail: 'The signature carries no countersignature; the policy does not ask for one.',
  },
  { name: 'revocation', outcome: 'logged', detail: 'The certificate names no revocation list.' },
];

const formats = [
  ['vulnerability', 'SARIF 2.1.0', 'application/sarif+json', 148_200],
  ['vulnerability', 'CycloneDX 1.6', 'application/vnd.cyclonedx+json', 412_000],
  ['malware', 'SARIF 2.1.0', 'application/vnd.assay.malware.sarif+json', 3_100],
] as const;

function reportsOf(now: Date, subject: string): ReportRow[] {
  return formats.map(([kind, format, artifactType, sizeBytes], at) => ({
    digest: digestOf(`${subject} ${artifactType}`),
    kind,
    format,
    artifactType,
    sizeBytes,
    createdAt: hoursFrom(now, -2),
    validUntil: hoursFrom(now, 166),
    current: true,
    href: `/api/v1/images/${subject}/reports/${at}`,
    signature: {
      digest: digestOf(`${subject} ${artifactType} signature`),
      signedBy: 'CN=Assay development signer,O=Assay',
      developmentKey: true,
      signedAt: hoursFrom(now, -2),
      expiresAt: hoursFrom(now, 166),
      valid: at !== 2,
      checks: at === 2 ? checks.map((check, place) => failedFrom(check, place)) : checks,
    },
  }));
}

function failedFrom(check: (typeof checks)[number], place: number): (typeof checks)[number] {
  if (place < 1) return check;
  if (place > 1) return { ...check, outcome: 'not-reached', detail: '' };
  return { ...check, outcome: 'failed', detail: 'The chain ends in CN=Elsewhere, which is in no trust store.' };
}

const platforms = ['linux/amd64', 'linux/arm64'];

export function imageDetail(now: Date, repository: string, row: TagRow, platform: string | undefined): ImageDetail {
  const successor = row.state === 'approved' ? null : `${repository}:24-trixie-slim`;
  const facts = {
    state: row.state,
    repository,
    reference: row.tag,
    since: new Date(row.since),
    reason: row.reason ?? '',
    successor,
    retiresAt: null,
  };
  const retiresAt = row.window.endOfLife;
  const warning = retiresAt
    ? `${repository}:${row.tag} is retired on ${retiresAt} (7 days). Move to ${successor}.`
    : null;
  return {
    digest: row.digest,
    kind: 'index',
    mediaType: 'application/vnd.oci.image.index.v1+json',
    sizeBytes: 389_000_000,
    createdAt: hoursFrom(now, -19 * 24),
    labels: { 'org.opencontainers.image.source': 'https://git.example/runtime/node', maintainer: 'runtime-platform' },
    platforms: platforms.map((name) => ({
      digest: digestOf(row.digest + name),
      platform: name,
      sizeBytes: 389_000_000,
    })),
    platform: platform ?? null,
    distribution: { id: 'debian', versionId: '13', name: 'Debian 13' },
    repositories: [
      {
        repository,
        tags: [row.tag],
        state: row.state,
        since: row.since,
        reason: row.reason,
        successor,
        retiresAt: row.state === 'retired' ? null : retiresAt,
        notice: row.state === 'deprecated' ? warning : (refusalSentence(facts) ?? null),
      },
    ],
    verdict: verdictOf(now, 'pass'),
    posture: row.posture,
    window: row.window,
    malware: [],
    problems:
      row.tag === '24-trixie'
        ? [
            {
              code: 'layer-too-large',
              message: 'Layer 4 was not read: its 41 GB of content exceed the limit of 20 GB.',
              path: null,
              layer: layer(3),
            },
          ]
        : [],
    reports: reportsOf(now, row.digest),
    scannedAt: hoursFrom(now, -2),
    nextScanAt: hoursFrom(now, 4),
    origin: {
      reference: 'upstream.example/library/node:24-trixie',
      digest: digestOf('upstream'),
      at: hoursFrom(now, -460),
      by: 'admin',
    },
    signing: { developmentKey: true, approvedBy: 'CN=Assay development signer,O=Assay' },
  };
}

type FindingLine = readonly [
  string,
  string,
  FindingRow['severity'],
  number | null,
  string,
  string,
  string,
  string | null,
  number,
];

const findingLines: readonly FindingLine[] = [
  [
    'CVE-2026-31415',
    'Heap overflow while parsing entity declarations',
    'critical',
    9.8,
    'libxml2',
    '2.12.7+dfsg-3',
    'Debian:13',
    '2.12.7+dfsg-3+deb13u2',
    2,
  ],
  [
    'CVE-2026-20981',
    'Use after free in XPath evaluation',
    'high',
    7.5,
    'libxml2',
    '2.12.7+dfsg-3',
    'Debian:13',
    '2.12.7+dfsg-3+deb13u2',
    2,
  ],
  [
    'CVE-2026-18220',
    'Quadratic blow-up in attribute normalisation',
    'medium',
    5.3,
    'libxml2',
    '2.12.7+dfsg-3',
    'Debian:13',
    '2.12.7+dfsg-3+deb13u1',
    2,
  ],
  [
    'CVE-2026-27710',
    'Request smuggling through an obsolete line fold',
    'high',
    8.1,
    'undici',
    '7.10.0',
    'npm',
    '7.16.1',
    4,
  ],
  [
    'CVE-2026-11902',
    'Integer overflow in the minizip helper',
    'high',
    7.0,
    'zlib1g',
    '1:1.3.dfsg+really1.3.1-1',
    'Debian:13',
    null,
    0,
  ],
  [
    'CVE-2026-9021',
    'Timing side channel in key comparison',
    'medium',
    4.7,
    'libssl3t64',
    '3.5.1-1+deb13u1',
    'Debian:13',
    '3.5.4-1~deb13u1',
    0,
  ],
  [
    'CVE-2026-9022',
    'Denial of service with a crafted certificate',
    'low',
    3.1,
    'libssl3t64',
    '3.5.1-1+deb13u1',
    'Debian:13',
    '3.5.4-1~deb13u1',
    0,
  ],
  [
    'CVE-2005-2541',
    'tar does not warn about setuid files on extraction',
    'unknown',
    null,
    'tar',
    '1.35+dfsg-3.1',
    'Debian:13',
    null,
    0,
  ],
];

export function findingRows(now: Date): FindingRow[] {
  return findingLines.map(([id, summary, severity, score, name, version, ecosystem, fixedVersion, at]) => ({
    id,
    aliases: id === 'CVE-2026-31415' ? ['GHSA-7x2c-9qpm-31xv', 'DSA-6121-1'] : [],
    summary,
    severity,
    score,
    package: { name, version, ecosystem, purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}` },
    fixedVersion,
    knownExploitedSince: id === 'CVE-2026-31415' ? dayFrom(now, 0) : null,
    locations: [
      { layer: layer(at), path: ecosystem === 'npm' ? 'app/node_modules/undici/package.json' : 'var/lib/dpkg/status' },
    ],
    platforms,
    acceptance:
      id === 'CVE-2026-11902'
        ? {
            id: 'a1',
            reason: 'SEC-2214: the minizip helper is not installed here.',
            until: dayFrom(now, 50),
            by: 'security',
          }
        : null,
  }));
}

export function packageRows(): PackageRow[] {
  const names = [
    'adduser',
    'apt',
    'base-files',
    'bash',
    'libssl3t64',
    'libxml2',
    'node',
    'npm',
    'tar',
    'undici',
    'zlib1g',
  ];
  return names.map((name, at) => {
    const line = findingLines.find((finding) => finding[4] === name);
    const ecosystem = line?.[6] ?? (name === 'npm' ? 'npm' : 'Debian:13');
    const version = line?.[5] ?? `${at + 1}.${at}-1`;
    return {
      name,
      version,
      ecosystem,
      purl: `pkg:generic/${name}@${version}`,
      source: name === 'libssl3t64' ? 'openssl' : null,
      ownedBy: null,
      locations: [{ layer: layer(line?.[8] ?? 0), path: 'var/lib/dpkg/status' }],
      platforms,
      findings: findingLines.filter((finding) => finding[4] === name).length,
    };
  });
}

export function layerRows(): LayerRow[] {
  const lines = [
    ['# debian.sh --arch amd64 out/ trixie @1762905600', 29_800_000, 78, 4],
    ['RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node', 4_000, 0, 0],
    [
      'RUN apt-get update && apt-get install -y --no-install-recommends libxml2 git openssh-client',
      241_000_000,
      118,
      3,
    ],
    ['RUN curl -fsSLO https://upstream.example/node-v24.11.1-linux-x64.tar.xz', 112_000_000, 17, 0],
    ['RUN npm ci --omit=dev', 6_200_000, 1, 1],
    ['CMD ["node"]', 0, 0, 0],
  ] as const;
  return lines.map(([createdBy, sizeBytes, packages, findings], at) => ({
    diffId: layer(at),
    digest: digestOf(`compressed ${at}`),
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    sizeBytes,
    createdBy,
    packages,
    findings,
  }));
}

export function historyRows(now: Date, repository: string): HistoryRow[] {
  return [
    {
      at: hoursFrom(now, -2),
      repository,
      state: null,
      actor: 'assay',
      message: 'The grade fell from C to F: CVE-2026-31415 became known and is exploited.',
    },
    {
      at: hoursFrom(now, -450),
      repository,
      state: 'approved',
      actor: 'assay',
      message: 'The gate passed all seven rules; approved without a curator.',
    },
    {
      at: hoursFrom(now, -451),
      repository: repository.replace('golden', 'staging'),
      state: 'staged',
      actor: 'ci-runtime',
      message: 'Pushed by ci-runtime.',
    },
  ];
}
