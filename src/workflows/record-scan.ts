import { createHash } from 'node:crypto';
import { findImageFacts, putScan, putTerms, type Term } from '#features/catalog/index.ts';
import { type Acceptance, acceptsAdvisory } from '#features/gates/index.ts';
import type { Match } from '#model/finding.ts';
import { type Posture, summarize, worstOf } from '#model/posture.ts';
import type { Database } from '#platform/database/database.ts';
import type { ScannedImage, ScannedPlatform } from './scanned-image.ts';

/** The acceptance that covers a finding, when there is one. */
export function acceptanceOf(acceptances: readonly Acceptance[], match: Match): Acceptance | undefined {
  return acceptances.find((acceptance) => acceptance.rule === 'vulnerabilities' && acceptsAdvisory(acceptance, match));
}

/** The posture of one platform; accepted findings do not count. */
export function postureOf(platform: ScannedPlatform, acceptances: readonly Acceptance[]): Posture {
  return summarize({
    findings: platform.packages.flatMap(({ matches }) =>
      matches.map((match) => ({
        severity: match.severity,
        fixedVersion: match.fixedVersion,
        knownExploited: match.knownExploitedSince !== null,
        accepted: acceptanceOf(acceptances, match) !== undefined,
      })),
    ),
    malware:
      platform.malware.length +
      platform.packages.filter(({ matches }) => matches.some((match) => match.malicious)).length,
    packages: platform.packages.length,
    problems: platform.problems.length,
  });
}

/** Changes when a report would say something else: findings, malware, problems, acceptances. */
export function findingsDigest(image: ScannedImage, acceptances: readonly Acceptance[]): string {
  const content = image.platforms.map((platform) => [
    platform.digest,
    platform.packages.flatMap(({ package: item, matches }) =>
      matches.map((match) => [
        item.purl,
        match.advisoryId,
        match.severity,
        match.score,
        match.fixedVersion,
        match.knownExploitedSince,
      ]),
    ),
    platform.packages.length,
    platform.malware,
    platform.problems,
  ]);
  const accepted = acceptances.map((acceptance) => [acceptance.id, acceptance.advisoryId, acceptance.until]);
  return createHash('sha256')
    .update(JSON.stringify([content, accepted]))
    .digest('hex');
}

const MAX_TERM = 300;

function termsOf(image: ScannedImage): Term[] {
  const terms = new Map<string, Term>();
  const add = (kind: Term['kind'], label: string) => {
    const term = label.toLowerCase().slice(0, MAX_TERM).replaceAll('\0', '');
    if (term) terms.set(`${kind} ${term}`, { kind, term, label: label.slice(0, MAX_TERM).replaceAll('\0', '') });
  };
  for (const platform of image.platforms) {
    for (const { package: item, matches } of platform.packages) {
      add('package', `${item.name} ${item.version}`);
      for (const match of matches) for (const id of [match.advisoryId, ...match.aliases]) add('finding', id);
    }
    for (const [name, value] of Object.entries(platform.labels)) add('label', `${name}=${value}`);
  }
  return [...terms.values()];
}

/** Keeps what a scan said: the posture of the image and of each platform, and the words by which it is found. */
export async function recordScan(
  db: Database,
  image: ScannedImage,
  acceptances: readonly Acceptance[],
): Promise<{ readonly posture: Posture; readonly changed: boolean }> {
  const postures = image.platforms.map((platform) => postureOf(platform, acceptances));
  const posture =
    worstOf(postures) ?? summarize({ findings: [], malware: 0, packages: 0, problems: image.problems.length });
  const digest = findingsDigest(image, acceptances);
  const before = await findImageFacts(db, image.digest);
  const names = image.platforms.map((platform) => platform.platform);
  const distribution = image.platforms.find((platform) => platform.distribution)?.distribution?.name ?? null;
  const shared = { scannedAt: image.finishedAt };
  for (const [index, platform] of image.platforms.entries()) {
    const own = postures[index];
    if (platform.digest === image.digest || !own) continue;
    const facts = {
      digest: platform.digest,
      posture: own,
      platforms: [platform.platform],
      distribution: platform.distribution?.name ?? null,
      malware: platform.malware,
    };
    await putScan(db, { ...shared, ...facts, findingsDigest: digest });
  }
  await putScan(db, {
    ...shared,
    digest: image.digest,
    posture,
    platforms: names,
    distribution,
    malware: image.platforms.flatMap((platform) => platform.malware),
    findingsDigest: digest,
  });
  const changed = before?.findingsDigest !== digest;
  if (changed) await putTerms(db, image.digest, termsOf(image));
  return { posture, changed };
}
