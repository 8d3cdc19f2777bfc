import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  findImageFacts,
  findPostures,
  putAccepted,
  putPlatforms,
  putPostures,
  putScan,
  putTerms,
  type Term,
} from '#features/catalog/index.ts';
import { type Acceptance, acceptsAdvisory } from '#features/gates/index.ts';
import { imageCounts, lockCounts } from '#features/inventory/index.ts';
import type { Match } from '#model/finding.ts';
import { addCounts, countFindings, noFindings, subtractCounts, totalOf } from '#model/finding-counts.ts';
import { type Posture, postureOf } from '#model/posture.ts';
import type { Database } from '#platform/database/database.ts';
import type { ScannedImage, ScannedPlatform } from './scanned-image.ts';

/** The acceptance that covers a finding, when there is one. */
export function acceptanceOf(acceptances: readonly Acceptance[], match: Match): Acceptance | undefined {
  return acceptances.find((acceptance) => acceptance.rule === 'vulnerabilities' && acceptsAdvisory(acceptance, match));
}

/** The findings that count, and those of them that are accepted. */
function countsOf(platform: ScannedPlatform, acceptances: readonly Acceptance[]) {
  let [all, accepted] = [noFindings, noFindings];
  for (const { matches } of platform.packages) {
    all = addCounts(all, countFindings(matches));
    accepted = addCounts(accepted, countFindings(matches.filter((match) => acceptanceOf(acceptances, match))));
  }
  return { all, accepted };
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

/** Labels are kept with the image; packages and findings are found where they are kept. */
function termsOf(image: ScannedImage): Term[] {
  const terms = new Map<string, Term>();
  for (const [name, value] of image.platforms.flatMap((platform) => Object.entries(platform.labels))) {
    const label = `${name}=${value}`.slice(0, MAX_TERM).replaceAll('\0', '');
    terms.set(label.toLowerCase(), { term: label.toLowerCase(), label });
  }
  return [...terms.values()];
}

/**
 * Writes the postures of the platforms from what is summed up of their package sets. False when that is not what the scan
 * saw: advisories have changed since.
 */
async function recordPostures(
  trx: Database,
  image: ScannedImage,
  acceptances: readonly Acceptance[],
): Promise<boolean> {
  await lockCounts(trx);
  const platforms = image.platforms.map((platform) => platform.digest);
  await putPlatforms(trx, image.digest, platforms);
  for (const each of platforms) if (each !== image.digest) await putPlatforms(trx, each, [each]);
  const facts = image.platforms.map(({ digest, malware, packages, problems }) => ({
    digest,
    malware: malware.length,
    packages: packages.length,
    problems: problems.length,
  }));
  await putPostures(trx, facts, imageCounts(platforms));
  const counts = new Map(image.platforms.map((platform) => [platform.digest, countsOf(platform, acceptances)]));
  await putAccepted(trx, new Map([...counts].map(([digest, { accepted }]) => [digest, accepted])));
  const kept = await findPostures(trx, platforms);
  return image.platforms.every(({ digest, malware, packages, problems }) => {
    const { all, accepted } = counts.get(digest) ?? { all: noFindings, accepted: noFindings };
    const facts = { malware: malware.length, packages: packages.length, problems: problems.length };
    const seen = postureOf(subtractCounts(all, accepted), { ...facts, accepted: totalOf(accepted) });
    return isDeepStrictEqual(kept.get(digest), seen);
  });
}

const nothingFound = { malware: 0, packages: 0, accepted: 0 };

/** Keeps what a scan said: the posture of the image and of each platform, and the words by which it is found. */
export async function recordScan(
  db: Database,
  image: ScannedImage,
  acceptances: readonly Acceptance[],
): Promise<{ readonly posture: Posture; readonly changed: boolean }> {
  const isCurrent = await recordPostures(db, image, acceptances);
  const posture =
    (await findPostures(db, [image.digest])).get(image.digest) ??
    postureOf(noFindings, { ...nothingFound, problems: image.problems.length });
  const digest = findingsDigest(image, acceptances);
  const before = await findImageFacts(db, image.digest);
  const shared = { scannedAt: image.finishedAt, findingsDigest: digest, seen: isCurrent ? image.dueChanges : -1 };
  for (const platform of image.platforms) {
    if (platform.digest === image.digest) continue;
    await putScan(db, {
      ...shared,
      digest: platform.digest,
      platforms: [platform.platform],
      distribution: platform.distribution?.name ?? null,
      malware: platform.malware,
    });
  }
  await putScan(db, {
    ...shared,
    digest: image.digest,
    platforms: image.platforms.map((platform) => platform.platform),
    distribution: image.platforms.find((platform) => platform.distribution)?.distribution?.name ?? null,
    malware: image.platforms.flatMap((platform) => platform.malware),
  });
  const changed = before?.findingsDigest !== digest;
  if (changed) await putTerms(db, image.digest, termsOf(image));
  return { posture, changed };
}
