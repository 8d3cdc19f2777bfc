import type { EntryDetail, EntryRow, TagRow } from '#model/api-entries.ts';
import type { ImageState } from '#model/image-state.ts';
import { dayFrom, digestOf, hoursFrom, postureOf, windowOf } from './fixture-parts.ts';

type Counts = readonly [number, number, number, number, number];
type Line = readonly [
  name: string,
  description: string,
  tag: string,
  distribution: string | null,
  counts: Counts | null,
  fixable: number,
  hours: number,
  endDays: number | null,
  owner: string | null,
  teams: number,
  category: string,
];

const lines: readonly Line[] = [
  [
    'node',
    'Node.js with npm and corepack, runs as non-root',
    '24-trixie-slim',
    'Debian 13',
    [0, 0, 3, 11, 0],
    0,
    2,
    523,
    'runtime-platform',
    41,
    'runtime',
  ],
  [
    'python',
    'CPython with pip and venv',
    '3.13-trixie-slim',
    'Debian 13',
    [0, 0, 5, 14, 1],
    1,
    2,
    1065,
    'runtime-platform',
    37,
    'runtime',
  ],
  [
    'java',
    'OpenJDK, runtime only and full kit',
    '21-jre-almalinux9',
    'AlmaLinux 9',
    [0, 1, 6, 22, 0],
    0,
    5,
    1130,
    'runtime-platform',
    29,
    'runtime',
  ],
  [
    'alpine',
    'Alpine base with CA roots and time zones',
    '3.22',
    'Alpine Linux 3.22',
    [0, 0, 1, 0, 0],
    0,
    0.7,
    159,
    'runtime-platform',
    35,
    'base',
  ],
  [
    'static',
    'Empty root for Go and Rust binaries, with CA roots',
    '2026.11',
    null,
    [0, 0, 0, 0, 0],
    0,
    2,
    null,
    'runtime-platform',
    33,
    'base',
  ],
  [
    'postgres',
    'PostgreSQL server with contrib and pgaudit',
    '18-trixie',
    'Debian 13',
    [0, 1, 9, 18, 0],
    0,
    3,
    1450,
    'data-services',
    24,
    'data store',
  ],
  [
    'nginx',
    'nginx stable, unprivileged, on port 8080',
    '1.28-alpine3.22',
    'Alpine Linux 3.22',
    [0, 2, 4, 3, 0],
    6,
    0.7,
    159,
    'edge',
    38,
    'web server',
  ],
  [
    'dotnet-aspnet',
    'ASP.NET Core runtime, composite build',
    '10.0-trixie-slim',
    'Debian 13',
    [0, 0, 2, 9, 0],
    0,
    2,
    722,
    'runtime-platform',
    18,
    'runtime',
  ],
  [
    'php-fpm',
    'PHP FPM with opcache, intl and pdo_pgsql',
    '8.2-bookworm',
    'Debian 12',
    [1, 3, 8, 26, 0],
    5,
    2,
    37,
    'storefront',
    7,
    'runtime',
  ],
  [
    'valkey',
    'Valkey server, TLS on, persistence off',
    '9.0-alpine3.22',
    'Alpine Linux 3.22',
    [0, 0, 4, 2, 0],
    3,
    3,
    168,
    'data-services',
    16,
    'data store',
  ],
  [
    'ledger-runner',
    'Settlement batch runner with the HSM client',
    '7.4.2',
    'AlmaLinux 9',
    [0, 1, 3, 12, 0],
    0,
    6,
    205,
    'payments',
    2,
    'application',
  ],
  ['busybox', 'BusyBox with nothing else', '1.37', 'BusyBox 1.37', null, 0, 0, 400, null, 0, 'base'],
];

function rowOf(now: Date, line: Line): EntryRow {
  const [name, description, tag, distribution, counts, fixable, hours, endDays, owner, teams, category] = line;
  const repository = `golden/${name}`;
  return {
    repository,
    description,
    owner,
    categories: [category],
    recommended: {
      tag,
      digest: digestOf(`${repository}:${tag}`),
      state: endDays !== null && endDays < 90 ? 'deprecated' : 'approved',
      distribution,
      platforms: ['linux/amd64', 'linux/arm64'],
      posture: counts && postureOf(counts, { fixable, problems: name === 'python' ? 1 : 0 }),
      reportedAt: counts ? hoursFrom(now, -hours) : null,
      window: windowOf(now, endDays, distribution, name === 'node' ? 'Node.js 24' : undefined),
    },
    tags: name === 'node' ? 6 : 1,
    teams,
    updatedAt: hoursFrom(now, -hours),
    matched: null,
    mayPull: name !== 'ledger-runner',
  };
}

export function entryRows(now: Date): EntryRow[] {
  return lines.map((line) => rowOf(now, line));
}

interface TagLine {
  readonly tag: string;
  readonly state?: ImageState;
  readonly reason?: string;
  readonly pushedDays: number;
  readonly endDays: number;
  readonly counts: Counts;
  readonly fixable?: number;
  readonly exploited?: number;
  readonly distribution: string;
}

const nodeTags: readonly TagLine[] = [
  { tag: '24-trixie-slim', pushedDays: -560, endDays: 523, counts: [0, 0, 3, 11, 0], distribution: 'Debian 13' },
  {
    tag: '24-trixie',
    pushedDays: -560,
    endDays: 523,
    counts: [1, 2, 6, 13, 1],
    fixable: 8,
    exploited: 1,
    distribution: 'Debian 13',
  },
  { tag: '24-alpine3.22', pushedDays: -540, endDays: 159, counts: [0, 0, 1, 2, 0], distribution: 'Alpine Linux 3.22' },
  { tag: '22-bookworm-slim', pushedDays: -760, endDays: 158, counts: [0, 1, 4, 19, 0], distribution: 'Debian 12' },
  {
    tag: '22-alpine3.21',
    state: 'deprecated',
    reason: 'Alpine Linux 3.21 ends on 30 Nov 2026',
    pushedDays: -700,
    endDays: 7,
    counts: [0, 2, 2, 3, 0],
    fixable: 1,
    distribution: 'Alpine Linux 3.21',
  },
  {
    tag: '20-bookworm-slim',
    state: 'retired',
    reason: 'Node.js 20 ended',
    pushedDays: -1200,
    endDays: -207,
    counts: [1, 4, 9, 31, 0],
    fixable: 9,
    distribution: 'Debian 12',
  },
];

function tagRow(now: Date, repository: string, line: TagLine): TagRow {
  const { tag, state = 'approved', reason = null, pushedDays, endDays, counts, distribution } = line;
  return {
    tag,
    digest: digestOf(`${repository}:${tag}`),
    state,
    reason,
    since: hoursFrom(now, state === 'retired' ? -200 * 24 : Math.max(pushedDays, -19) * 24),
    window: windowOf(now, endDays, distribution, `Node.js ${tag.slice(0, 2)}`),
    posture: postureOf(counts, { fixable: line.fixable ?? 0, exploited: line.exploited ?? 0 }),
    distribution,
    reportedAt: hoursFrom(now, -2),
    pushedAt: hoursFrom(now, pushedDays * 24),
    platforms: ['linux/amd64', 'linux/arm64'],
  };
}

function plainTag(now: Date, row: EntryRow): TagRow[] {
  const best = row.recommended;
  if (!best) return [];
  const { tag, digest, state, window, posture, distribution, reportedAt, platforms } = best;
  const pushedAt = hoursFrom(now, -200 * 24);
  return [
    {
      tag,
      digest,
      state,
      reason: null,
      since: pushedAt,
      window,
      posture,
      distribution,
      reportedAt,
      pushedAt,
      platforms,
    },
  ];
}

export function entryDetail(now: Date, row: EntryRow): EntryDetail {
  const isNode = row.repository === 'golden/node';
  return {
    ...row,
    support: {
      endOfLife: isNode ? dayFrom(now, 711) : null,
      deprecateDaysBefore: isNode ? 90 : null,
      retireDaysAfter: null,
      successor: null,
    },
    tagRows: isNode ? nodeTags.map((line) => tagRow(now, row.repository, line)) : plainTag(now, row),
    consumers:
      row.teams === 0
        ? []
        : [
            {
              principal: 'checkout',
              kind: 'team',
              pulls: 12904,
              lastPullAt: hoursFrom(now, -0.07),
              tags: [row.recommended?.tag ?? ''],
            },
            {
              principal: 'storefront',
              kind: 'team',
              pulls: 9120,
              lastPullAt: hoursFrom(now, -0.02),
              tags: isNode ? ['24-trixie-slim', '22-bookworm-slim'] : [],
            },
            {
              principal: 'ci-payments',
              kind: 'robot',
              pulls: 5011,
              lastPullAt: hoursFrom(now, -0.3),
              tags: isNode ? ['22-bookworm-slim'] : [],
            },
            {
              principal: 'search',
              kind: 'team',
              pulls: 438,
              lastPullAt: hoursFrom(now, -2),
              tags: isNode ? ['22-alpine3.21'] : [],
            },
          ],
  };
}
