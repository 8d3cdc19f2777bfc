import { findingsOf, putFindings } from '#features/advisories/index.ts';
import { addToPostures, findAccepted, gradeEntries, resetPostures } from '#features/catalog/index.ts';
import { acceptsAdvisory, findingAcceptances } from '#features/gates/index.ts';
import {
  addToSets,
  countSets,
  imageChanges,
  imageCounts,
  imagesWithPackages,
  imagesWithSets,
  lockCounts,
  type PackageCounts,
  packagesOfSets,
  rememberChanges,
} from '#features/inventory/index.ts';
import type { Match } from '#model/finding.ts';
import { countFindings, isSameCounts, noFindings } from '#model/finding-counts.ts';
import type { Database } from '#platform/database/database.ts';
import { followUp } from './follow-changes.ts';
import { recountAccepted } from './recount-accepted.ts';
import type { Work } from './work.ts';

/** Package → its findings. */
export type Findings = ReadonlyMap<number, readonly Match[]>;

/**
 * Replaces the findings of packages, and brings every package set, posture and grade that they touch up to date in the same
 * transaction, in statements whose cost follows what changed. Reports follow in a job; the image that is being scanned, if
 * any, knows already. Says how many platform images changed.
 */
export async function applyFindings(
  { queue, clock }: Pick<Work, 'queue' | 'clock'>,
  trx: Database,
  findings: Findings,
  scanned: string | null = null,
): Promise<number> {
  await lockCounts(trx);
  const changed = await putFindings(trx, findings);
  if (changed.size === 0) return 0;
  const touched = await applyCounts(trx, changed, findings, clock.now());
  await rememberChanges(trx, changed.keys(), scanned);
  await followUp({ queue }, trx);
  return touched;
}

async function applyCounts(trx: Database, changed: PackageCounts, findings: Findings, now: Date): Promise<number> {
  const counted = new Map([...changed].filter(([, counts]) => !isSameCounts(counts, noFindings)));
  if (counted.size === 0) return 0;
  const changes = imageChanges(counted);
  const touched = await addToPostures(trx, changes);
  await addToSets(trx, counted);
  const accepted = await findAccepted(trx, changes);
  const newly = await imagesWithPackages(trx, await withAccepted(trx, changed.keys(), findings, now));
  const recounted = [...new Set([...accepted, ...newly])];
  if (recounted.length > 0) await recountAccepted(trx, recounted, now);
  await gradeEntries(trx, changes);
  return touched;
}

/** Of the changed packages, those with a finding that somebody accepted. */
async function withAccepted(
  trx: Database,
  changed: Iterable<number>,
  findings: Findings,
  now: Date,
): Promise<number[]> {
  const acceptances = await findingAcceptances(trx, now);
  if (acceptances.length === 0) return [];
  const isAccepted = (match: Match) => acceptances.some((acceptance) => acceptsAdvisory(acceptance, match));
  return [...changed].filter((id) => findings.get(id)?.some(isAccepted));
}

/** Sums up sets that are new, and the postures of images that hold them. In the transaction of `lockCounts`. */
export async function countNewSets(trx: Database, sets: readonly number[]): Promise<void> {
  if (sets.length === 0) return;
  const findings = await findingsOf(trx, await packagesOfSets(trx, sets));
  await countSets(trx, sets, new Map([...findings].map(([id, matches]) => [id, countFindings(matches)])));
  const platforms = await imagesWithSets(trx, sets);
  await resetPostures(trx, imageCounts(platforms));
}
