import { findingsOf, putFindings } from '#features/advisories/index.ts';
import {
  addToPostures,
  findAccepted,
  gradeEntries,
  imagesOfPlatforms,
  markDue,
  resetPostures,
} from '#features/catalog/index.ts';
import { acceptsAdvisory, findingAcceptances } from '#features/gates/index.ts';
import {
  addToSets,
  countSets,
  imageChanges,
  imageCounts,
  imagesWithPackages,
  imagesWithSets,
  lockCounts,
  packagesOfSets,
} from '#features/inventory/index.ts';
import type { Match } from '#model/finding.ts';
import { countFindings, isSameCounts, noFindings } from '#model/finding-counts.ts';
import type { Database } from '#platform/database/database.ts';
import { recountAccepted } from './recount-accepted.ts';

/**
 * Replaces the findings of packages, and brings every package set, posture and grade that they touch up to date in the same
 * transaction, in statements whose cost follows what changed. Returns the images touched, indexes and single images, which
 * are due from then on; the one that is being `scanned` has seen it.
 */
export async function applyFindings(
  trx: Database,
  findings: ReadonlyMap<number, readonly Match[]>,
  now: Date,
  scanned?: string,
): Promise<string[]> {
  await lockCounts(trx);
  const changed = await putFindings(trx, findings);
  if (changed.size === 0) return [];
  const counted = new Map([...changed].filter(([, counts]) => !isSameCounts(counts, noFindings)));
  if (counted.size > 0) {
    await addToPostures(trx, imageChanges(counted));
    await addToSets(trx, counted);
  }
  const platforms = await imagesWithPackages(trx, [...changed.keys()]);
  const recounted = await whereAccepted(trx, platforms, changed.keys(), findings, now);
  if (recounted.length > 0) await recountAccepted(trx, recounted, now);
  return imagesChanged(trx, platforms, scanned);
}

/** The images of which something was accepted, or may be now: a changed package has a finding that somebody accepted. */
async function whereAccepted(
  trx: Database,
  platforms: readonly string[],
  changed: Iterable<number>,
  findings: ReadonlyMap<number, readonly Match[]>,
  now: Date,
): Promise<string[]> {
  const acceptances = await findingAcceptances(trx, now);
  const isAccepted = (match: Match) => acceptances.some((acceptance) => acceptsAdvisory(acceptance, match));
  const packages = acceptances.length > 0 ? [...changed].filter((id) => findings.get(id)?.some(isAccepted)) : [];
  return [...new Set([...(await findAccepted(trx, platforms)), ...(await imagesWithPackages(trx, packages))])];
}

/** What follows when the postures of platform images have changed. */
export async function imagesChanged(trx: Database, platforms: readonly string[], scanned?: string): Promise<string[]> {
  if (platforms.length === 0) return [];
  const images = await imagesOfPlatforms(trx, platforms);
  await gradeEntries(trx, images);
  await markDue(
    trx,
    images.filter((digest) => digest !== scanned),
  );
  return images;
}

/** Sums up sets that are new, and the postures of images that hold them. In the transaction of `lockCounts`. */
export async function countNewSets(trx: Database, sets: readonly number[]): Promise<void> {
  if (sets.length === 0) return;
  const findings = await findingsOf(trx, await packagesOfSets(trx, sets));
  await countSets(trx, sets, new Map([...findings].map(([id, matches]) => [id, countFindings(matches)])));
  const platforms = await imagesWithSets(trx, sets);
  await resetPostures(trx, imageCounts(platforms));
}
