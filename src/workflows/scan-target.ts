import { readFile } from 'node:fs/promises';
// Not by the features' doors: those lead to the stores as well, and a scan without a database shall start fast.
import { type AdvisoryFolder, openAdvisoryFolder } from '#features/advisories/advisory-folder.ts';
import { matchPackages } from '#features/advisories/match-packages.ts';
import { packagesOf } from '#features/inventory/coalesce.ts';
import { inventoryImage } from '#features/inventory/inventory-image.ts';
import type { Products } from '#features/lifecycle/products.ts';
import { fileExaminer } from '#features/malware/file-examiner.ts';
import { type MalwareScanner, startMalwareScanner } from '#features/malware/malware-scanner.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Match } from '#model/finding.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Distribution, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { ImageSource, SourceImage } from '#platform/images/image-source.ts';

export interface TargetOptions {
  readonly advisories?: string | undefined;
  readonly lifecycle?: string | undefined;
  /** `linux/arm64`; all platforms when absent. */
  readonly platform?: string | undefined;
  readonly step?: (text: string) => Promise<void>;
}

/** One platform of a scanned target. */
export interface ScannedTarget {
  readonly image: SourceImage;
  readonly distribution: Distribution | null;
  readonly endOfLife: string | null;
  readonly packages: readonly Package[];
  /** The matches of each package, aligned with `packages`. */
  readonly matches: readonly (readonly Match[])[];
  readonly malware: readonly MalwareFinding[];
  readonly problems: readonly Problem[];
}

interface Scanners {
  readonly advisories: AdvisoryFolder | undefined;
  readonly products: Products | undefined;
  readonly malware: MalwareScanner;
}

/** Names that are one platform: `linux/arm64` is also `linux/arm64/v8`. */
function isPlatform(image: SourceImage, wanted: string): boolean {
  return image.platform === wanted || image.platform.startsWith(`${wanted}/`) || `linux/${wanted}` === image.platform;
}

function choose(source: ImageSource, wanted: string | undefined): readonly SourceImage[] {
  if (wanted === undefined) return source.images;
  const chosen = source.images.filter((image) => isPlatform(image, wanted));
  if (chosen.length > 0) return chosen;
  const has = [...new Set(source.images.map((image) => image.platform))].join(', ');
  throw new AppError('unusable-input', `cannot scan ${source.target} for ${wanted}: the image has only ${has}`);
}

async function readProducts(path: string): Promise<Products> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('unusable-input', `cannot read end-of-life data: ${messageOf(cause)}`, { cause });
  });
  return openProducts(bytes);
}

const noAdvisories: Problem = {
  code: 'no-advisories',
  message: 'no advisories were given, so nothing is said about vulnerabilities; use --advisories FOLDER',
  path: null,
  layer: null,
};

async function coverageProblems(
  advisories: AdvisoryFolder | undefined,
  packages: readonly Package[],
): Promise<Problem[]> {
  if (!advisories) return [noAdvisories];
  const ecosystems = new Set(packages.map((item) => item.ecosystem).filter(Boolean));
  const problems: Problem[] = [];
  for (const ecosystem of ecosystems) {
    if (await advisories.covers(ecosystem)) continue;
    problems.push({
      code: 'no-coverage',
      message: `the advisories have none for ${ecosystem}: nothing is said about its packages`,
      path: null,
      layer: null,
    });
  }
  return problems;
}

async function scanImage(scanners: Scanners, image: SourceImage, step: TargetOptions['step']): Promise<ScannedTarget> {
  const examiner = fileExaminer(scanners.malware);
  const { inventory, files } = await inventoryImage({ examiner, ...(step && { step }) }, image);
  const packages = packagesOf(inventory);
  // What the operating system's package manager owns is matched as its package, not again as the language's.
  const matchable = packages.filter((item) => item.ownedBy === null);
  const found = scanners.advisories ? await matchPackages(scanners.advisories, matchable) : [];
  const byPackage = new Map(matchable.map((item, index) => [item, found[index] ?? []]));
  const { distribution } = inventory;
  return {
    image,
    distribution,
    endOfLife: distribution && scanners.products ? endOfLifeOf(scanners.products, distribution).endOfLife : null,
    packages,
    matches: packages.map((item) => byPackage.get(item) ?? []),
    malware: examiner.findings(files),
    problems: [
      ...inventory.problems,
      ...(await coverageProblems(scanners.advisories, matchable)),
      ...(scanners.advisories?.problems ?? []),
    ],
  };
}

/** Scans an image without a server and without a database: inventory, advisories, malware, end of life. */
export async function scanTarget(source: ImageSource, options: TargetOptions): Promise<ScannedTarget[]> {
  const chosen = choose(source, options.platform);
  const advisories = options.advisories === undefined ? undefined : await openAdvisoryFolder(options.advisories);
  const products = options.lifecycle === undefined ? undefined : await readProducts(options.lifecycle);
  await using malware = await startMalwareScanner({ isolation: 'none' });
  const scanned: ScannedTarget[] = [];
  for (const image of chosen) scanned.push(await scanImage({ advisories, products, malware }, image, options.step));
  return scanned;
}
