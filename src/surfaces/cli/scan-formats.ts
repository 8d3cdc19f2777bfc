import type { ReportFormat, ReportInput } from '#features/reports/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { version } from '#kernel/version.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ScannedTarget } from '#workflows/scan-target.ts';

export const scanFormats = ['table', 'json', 'sarif', 'cyclonedx'] as const;
export type ScanFormat = (typeof scanFormats)[number];

export interface FinishedScan {
  readonly target: string;
  readonly scanned: readonly ScannedTarget[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

function findingRows({ packages, matches }: ScannedTarget): ScanResult['images'][number]['findings'] {
  return packages.flatMap(({ name, version: number, ecosystem, purl, locations }, index) =>
    (matches[index] ?? []).map((match) => ({
      id: match.advisoryId,
      aliases: match.aliases,
      package: { name, version: number, ecosystem, purl },
      fixedVersion: match.fixedVersion,
      severity: match.severity,
      score: match.score,
      knownExploited: match.knownExploitedSince !== null,
      locations,
    })),
  );
}

/** The documented contract: model/scan-result.ts. */
export function scanResult({ target, scanned }: FinishedScan): ScanResult {
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
      packages: image.packages.map((item) => ({
        name: item.name,
        version: item.version,
        ecosystem: item.ecosystem,
        purl: item.purl,
        source: item.sourceName,
        sourceVersion: item.sourceVersion,
        locations: item.locations,
      })),
      findings: findingRows(image),
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
    platforms: scanned.map(({ image, distribution, packages, matches, malware, problems }) => ({
      digest: image.digest,
      platform: image.platform,
      distribution,
      packages,
      findings: packages.flatMap((item, index) => (matches[index] ?? []).map((match) => ({ ...match, package: item }))),
      malware,
      problems,
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
