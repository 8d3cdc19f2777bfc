import type { ReportFormat, ReportInput } from '#features/reports/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { version } from '#kernel/version.ts';
import type { Match } from '#model/finding.ts';
import type { Package } from '#model/package.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ScannedTarget } from '#workflows/scan-target.ts';

export const scanFormats = ['table', 'json', 'sarif', 'cyclonedx'] as const;
export type ScanFormat = (typeof scanFormats)[number];

export interface FinishedScan {
  readonly target: string;
  readonly scanned: readonly ScannedTarget[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Whether parts of system packages, and what later layers took away, are shown too. */
  readonly all?: boolean;
}

/** Whether the image has the package in its own right: not as a part of another one, and not only in a lower layer. */
export function isCounted({ removedIn }: ScannedTarget, item: Package | undefined): boolean {
  return item !== undefined && item.ownedBy === null && !removedIn.has(item);
}

/** The packages that count, or all, with their matches. */
function listed(image: ScannedTarget, all: boolean): { item: Package; matches: readonly Match[] }[] {
  const rows = image.packages.map((item, index) => ({ item, matches: image.matches[index] ?? [] }));
  return all ? rows : rows.filter(({ item }) => isCounted(image, item));
}

function marksOf(image: ScannedTarget, item: Package) {
  return { ownedBy: item.ownedBy, removedIn: image.removedIn.get(item) ?? null };
}

function findingRows(image: ScannedTarget, all: boolean): ScanResult['images'][number]['findings'] {
  return listed(image, all).flatMap(({ item, matches }) =>
    matches.map((match) => ({
      id: match.advisoryId,
      aliases: match.aliases,
      package: { name: item.name, version: item.version, ecosystem: item.ecosystem, purl: item.purl },
      fixedVersion: match.fixedVersion,
      severity: match.severity,
      score: match.score,
      knownExploited: match.knownExploitedSince !== null,
      locations: item.locations,
      ...marksOf(image, item),
    })),
  );
}

/** The documented contract: model/scan-result.ts. */
export function scanResult({ target, scanned, all = false }: FinishedScan): ScanResult {
  return {
    schemaVersion: 1,
    target,
    images: scanned.map((image) => ({
      digest: image.image.digest,
      platform: image.image.platform,
      distribution: image.distribution && {
        id: image.distribution.id,
        versionId: image.distribution.versionId,
        endOfLife: image.endOfLife,
      },
      packages: listed(image, all).map(({ item }) => ({
        name: item.name,
        version: item.version,
        ecosystem: item.ecosystem,
        purl: item.purl,
        source: item.sourceName,
        sourceVersion: item.sourceVersion,
        locations: item.locations,
        ...marksOf(image, item),
      })),
      findings: findingRows(image, all),
      malware: [...image.malware],
      problems: [...image.problems],
    })),
  };
}

function reportInput({ target, scanned, startedAt, finishedAt }: FinishedScan): ReportInput {
  const [first] = scanned;
  return {
    image: {
      digest: (first?.image.digest ?? 'sha256:') as Digest,
      mediaType: first?.image.mediaType ?? '',
      size: 0,
      name: target,
    },
    platforms: scanned.map((each) => ({
      digest: each.image.digest,
      platform: each.image.platform,
      distribution: each.distribution,
      packages: each.packages.filter((item) => !each.removedIn.has(item)),
      findings: listed(each, false).flatMap(({ item, matches }) =>
        matches.map((match) => ({ ...match, package: item })),
      ),
      malware: each.malware,
      problems: each.problems,
    })),
    startedAt,
    finishedAt,
    validUntil: finishedAt,
    toolVersion: version,
    dataSources: [],
    malwareEngines: [],
  };
}

export async function renderScan(format: ScanFormat, scan: FinishedScan): Promise<string> {
  if (format === 'json') return `${JSON.stringify(scanResult(scan), null, 2)}\n`;
  if (format === 'table') return (await import('./scan-table.ts')).scanTable(scan);
  const { reportFormats } = await import('#features/reports/index.ts');
  const renderer = reportFormats.find((each: ReportFormat) => each.id === format);
  return renderer ? `${Buffer.from(renderer.render(reportInput(scan))).toString()}\n` : '';
}
