import { databaseIndex, findingsOf, getKnownExploited, isNews, matchPackages } from '#features/advisories/index.ts';
import { findDue } from '#features/catalog/index.ts';
import { type StoredInventory, uncountedSets } from '#features/inventory/index.ts';
import { getManifestByDigest, imageSize } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { distributionEcosystem } from '#model/ecosystem.ts';
import type { Match } from '#model/finding.ts';
import type { Database } from '#platform/database/database.ts';
import type { SourceImage } from '#platform/images/image-source.ts';
import { readImages } from '#platform/images/oci-layout.ts';
import { applyFindings, countNewSets, type Findings } from './apply-findings.ts';
import { malwareOf, readInventory } from './read-inventory.ts';
import { registryContent } from './registry-content.ts';
import type { ScannedImage, ScannedPackage, ScannedPlatform } from './scanned-image.ts';
import type { ScanWork, Step } from './work.ts';

/**
 * Matches the packages with the advisories as they are now. What the operating system's package manager owns is matched
 * as its package, not again as the language's.
 */
export async function matchInventory(
  work: Pick<ScanWork, 'db' | 'queue' | 'clock'>,
  { digest, top }: { readonly digest: string; readonly top: string },
  inventory: StoredInventory,
): Promise<ScannedPackage[]> {
  const { db } = work;
  const matchable = inventory.packages.filter((item) => item.package.ownedBy === null);
  const found = await matchPackages(
    databaseIndex(db),
    matchable.map((item) => item.package),
    await getKnownExploited(db),
  );
  const findings = new Map<number, readonly Match[]>(matchable.map((item, index) => [item.id, found[index] ?? []]));
  await settleFindings(work, { digest, top }, findings);
  return inventory.packages.map((item) => ({
    ...item,
    matches: item.package.ownedBy === null ? (findings.get(item.id) ?? []) : [],
  }));
}

/** Keeps findings, and the sums that hang on them; nothing is locked where nothing is new. */
async function settleFindings(
  work: Pick<ScanWork, 'db' | 'queue' | 'clock'>,
  { digest, top }: { readonly digest: string; readonly top: string },
  findings: Findings,
): Promise<void> {
  const { db } = work;
  const isSettled = !(await isNews(db, findings)) && (await uncountedSets(db, { digest })).length === 0;
  if (isSettled) return;
  await db.transaction().execute(async (trx) => {
    await applyFindings(work, trx, findings, top);
    await countNewSets(trx, await uncountedSets(trx, { digest }));
  });
}

/** As `matchInventory`, from the findings that are stored. */
export async function storedMatches(db: Database, inventory: StoredInventory): Promise<ScannedPackage[]> {
  const findings = await findingsOf(
    db,
    inventory.packages.map((item) => item.id),
  );
  return inventory.packages.map((item) => ({
    ...item,
    matches: item.package.ownedBy === null ? (findings.get(item.id) ?? []) : [],
  }));
}

async function isCovered(db: Database, inventory: StoredInventory): Promise<boolean> {
  const ecosystem = inventory.distribution && distributionEcosystem(inventory.distribution);
  if (!inventory.distribution) return true;
  return ecosystem ? databaseIndex(db).covers(ecosystem) : false;
}

async function scanPlatform(work: ScanWork, image: SourceImage, top: string, step: Step): Promise<ScannedPlatform> {
  const { db } = work;
  const inventory = await readInventory(work, image, step);
  await step(`comparing ${inventory.packages.length} packages with advisories (${image.platform})`);
  const problems = [...inventory.problems];
  return {
    digest: image.digest,
    mediaType: image.mediaType,
    sizeBytes: await imageSize(db, image.digest as Digest),
    platform: image.platform,
    distribution: inventory.distribution,
    covered: await isCovered(db, inventory),
    packages: await matchInventory(work, { digest: image.digest, top }, inventory),
    malware: await malwareOf(work, image.digest),
    problems,
    labels: image.config?.config?.Labels ?? {},
    env: image.config?.config?.Env ?? [],
    created: image.config?.created ?? null,
  };
}

/** Reads, matches and examines every platform of an image in the registry. Layers that are known cost a look-up. */
export async function scanPlatforms(work: ScanWork, digest: Digest, step: Step): Promise<ScannedImage> {
  const startedAt = work.clock.now();
  const dueChanges = await findDue(work.db, digest);
  const top = await getManifestByDigest(work.db, digest);
  const descriptor = { digest, mediaType: top.mediaType, size: top.sizeBytes };
  const platforms: ScannedPlatform[] = [];
  for (const image of await readImages(registryContent(work), descriptor))
    platforms.push(await scanPlatform(work, image, digest, step));
  return {
    digest,
    mediaType: top.mediaType,
    sizeBytes: top.sizeBytes,
    kind: top.kind === 'index' ? 'index' : 'image',
    annotations: top.annotations,
    platforms,
    problems: [],
    dueChanges,
    startedAt,
    finishedAt: work.clock.now(),
  };
}
