import type { Acceptance } from '#features/gates/index.ts';
import type { FindingRow } from '#model/api-images.ts';
import type { Match } from '#model/finding.ts';
import { severities } from '#model/severity.ts';
import { acceptanceOf } from '#workflows/record-scan.ts';
import type { ScannedRow } from './scanned-rows.ts';

/** Worst first: severity, whether it is known exploited, score; then by id and package. */
function keyOf({ package: item, platforms }: ScannedRow, match: Match): string {
  const rank = severities.indexOf(match.severity);
  const exploited = match.knownExploitedSince === null ? 1 : 0;
  const score = (10 - (match.score ?? 0)).toFixed(1).padStart(4, '0');
  const place = [item.ecosystem, item.name, item.version, item.purl, item.ownedBy ?? '', platforms[0] ?? ''];
  return [`${rank}${exploited}${score}`, match.advisoryId, ...place].join('\0');
}

function rowOf(
  { package: item, locations, platforms }: ScannedRow,
  match: Match,
  acceptances: readonly Acceptance[],
): FindingRow {
  const accepted = acceptanceOf(acceptances, match);
  const { name, version, ecosystem, purl } = item;
  return {
    id: match.advisoryId,
    aliases: [...match.aliases],
    summary: match.summary,
    severity: match.severity,
    score: match.score,
    package: { name, version, ecosystem, purl },
    fixedVersion: match.fixedVersion,
    knownExploitedSince: match.knownExploitedSince,
    locations: [...locations],
    platforms: [...platforms],
    acceptance: accepted ? { id: accepted.id, reason: accepted.reason, until: accepted.until, by: accepted.by } : null,
  };
}

/** One row for each package and advisory, however many platforms have it, with the key that it is listed by. */
export function findingRows(
  scanned: readonly ScannedRow[],
  acceptances: readonly Acceptance[],
): { key: string; row: FindingRow }[] {
  return scanned.flatMap((each) =>
    [...each.matches.values()].map((match) => ({ key: keyOf(each, match), row: rowOf(each, match, acceptances) })),
  );
}
