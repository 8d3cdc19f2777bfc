import { findingsOf, packagesWithAdvisory } from '#features/advisories/index.ts';
import { imagesOfEach, putAccepted } from '#features/catalog/index.ts';
import { type Acceptance, acceptsAdvisory, findingAcceptances, isInScope } from '#features/gates/index.ts';
import { holdersOf } from '#features/inventory/index.ts';
import { repositoriesOfEach } from '#features/registry/index.ts';
import type { Match } from '#model/finding.ts';
import { addCounts, countFindings, type FindingCounts, noFindings } from '#model/finding-counts.ts';
import type { Database } from '#platform/database/database.ts';

/** The acceptances that hold for each platform image: by the images that it is part of, and where it is. */
async function inScope(
  db: Database,
  platforms: readonly string[],
  acceptances: readonly Acceptance[],
): Promise<(platform: string) => readonly Acceptance[]> {
  const [images, repositories] = await Promise.all([imagesOfEach(db, platforms), repositoriesOfEach(db, platforms)]);
  return (platform) =>
    acceptances.filter((acceptance) =>
      [platform, ...(images.get(platform) ?? [])].some((digest) =>
        isInScope(acceptance, { digest, repositories: repositories.get(platform) ?? [] }),
      ),
    );
}

function acceptedOf(matches: readonly Match[], acceptances: readonly Acceptance[]): FindingCounts {
  return countFindings(matches.filter((match) => acceptances.some((acceptance) => acceptsAdvisory(acceptance, match))));
}

/**
 * Works out what is accepted of the findings of platform images: of these, or of all that hold a finding which somebody
 * accepted. In the transaction of `lockCounts`.
 */
export async function recountAccepted(trx: Database, platforms: readonly string[], now: Date): Promise<void> {
  const acceptances = await findingAcceptances(trx, now);
  const ids = acceptances.flatMap(({ advisoryId }) => advisoryId ?? []);
  const packages = await packagesWithAdvisory(trx, ...ids);
  const [findings, holders] = await Promise.all([findingsOf(trx, packages), holdersOf(trx, packages, platforms)]);
  const acceptancesFor = await inScope(trx, [...new Set(holders.map((holder) => holder.digest))], acceptances);
  const totals = new Map<string, FindingCounts>(platforms.map((digest) => [digest, noFindings]));
  for (const { digest, packageId, times } of holders) {
    const counts = acceptedOf(findings.get(packageId) ?? [], acceptancesFor(digest));
    for (let time = 0; time < times; time += 1) totals.set(digest, addCounts(totals.get(digest) ?? noFindings, counts));
  }
  await putAccepted(trx, totals);
}
