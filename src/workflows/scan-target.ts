import { readFile } from 'node:fs/promises';
// Not by the features' doors: those lead to the stores as well, and a scan without a database shall start fast.
import { type AdvisoryFolder, openAdvisoryFolder } from '#features/advisories/advisory-folder.ts';
import { matchPackages } from '#features/advisories/match-packages.ts';
import { type Inventory, packagesOf } from '#features/inventory/coalesce.ts';
import { inventoryImage } from '#features/inventory/inventory-image.ts';
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
  /** Files or folders with hashes of known malware, and with YARA rules. */
  readonly hashLists?: readonly string[];
  readonly ruleFiles?: readonly string[];
  /** Also what later layers took away; and everything is matched, parts of the operating system's packages too. */
  readonly all?: boolean;
  readonly step?: (text: string) => Promise<void>;
}

/** One platform of a scanned target. */
export interface ScannedTarget {
  readonly image: SourceImage;
  readonly distribution: Distribution | null;
  readonly endOfLife: string | null;
  readonly packages: readonly Package[];
  /** Those of them that a later layer took away, and that layer; none unless they were asked for. */
  readonly removedIn: ReadonlyMap<Package, string>;
  /** The matches of each package, aligned with `packages`. */
  readonly matches: readonly (readonly Match[])[];
  readonly malware: readonly MalwareFinding[];
  readonly problems: readonly Problem[];
}

/** What was read of one platform's image, before it is compared with anything. */
interface ReadImage {
  readonly image: SourceImage;
  readonly inventory: Inventory;
  readonly packages: readonly Package[];
  readonly matchable: readonly Package[];
  readonly removedIn: ReadonlyMap<Package, string>;
  readonly malware: readonly MalwareFinding[];
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

type EndOfLife = (distribution: Distribution) => string | null;

async function openEndOfLife(path: string): Promise<EndOfLife> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('unusable-input', `cannot read end-of-life data: ${messageOf(cause)}`, { cause });
  });
  const [{ openProducts }, { endOfLifeOf }] = await Promise.all([
    import('#features/lifecycle/products.ts'),
    import('#features/lifecycle/distribution-end.ts'),
  ]);
  const products = openProducts(bytes);
  return (distribution) => endOfLifeOf(products, distribution).endOfLife;
}

const noAdvisories: Problem = {
  code: 'no-advisories',
  message: 'no advisories were given, so nothing is said about vulnerabilities; use --advisories FOLDER',
  path: null,
  layer: null,
};

/** What the operating system's package manager owns is matched as its package, not again as the language's. */
async function readImage(scanner: MalwareScanner, image: SourceImage, options: TargetOptions): Promise<ReadImage> {
  const { step, all = false } = options;
  const examiner = fileExaminer(scanner);
  const deps = { examiner, withRemoved: all, ...(step && { step }) };
  const { inventory, removed, files } = await inventoryImage(deps, image);
  const packages = [...packagesOf(inventory), ...removed.map((each) => each.package)];
  const matchable = all ? packages : packages.filter((item) => item.ownedBy === null);
  const removedIn = new Map(removed.map((each) => [each.package, each.removedIn]));
  return { image, inventory, packages, matchable, removedIn, malware: examiner.findings(files) };
}

/** All images at once, because each question reads the advisories of an ecosystem from their beginning. */
async function matchImages(
  advisories: AdvisoryFolder | undefined,
  images: readonly ReadImage[],
): Promise<ReadonlyMap<Package, readonly Match[]>> {
  if (!advisories) return new Map();
  const packages = images.flatMap((image) => image.matchable);
  const found = await matchPackages(advisories, packages);
  return new Map(packages.map((item, index) => [item, found[index] ?? []]));
}

/** The ecosystems of these images about which the advisories say nothing. */
async function uncovered(advisories: AdvisoryFolder, images: readonly ReadImage[]): Promise<ReadonlySet<string>> {
  const ecosystems = new Set(images.flatMap((image) => image.matchable).map((item) => item.ecosystem));
  const answers = await Promise.all(
    [...ecosystems].map(async (ecosystem) => ({ ecosystem, isCovered: await advisories.covers(ecosystem) })),
  );
  return new Set(
    answers.filter(({ ecosystem, isCovered }) => ecosystem !== '' && !isCovered).map((each) => each.ecosystem),
  );
}

function coverageProblems(image: ReadImage, missing: ReadonlySet<string>): Problem[] {
  const ecosystems = new Set(image.matchable.map((item) => item.ecosystem));
  return [...ecosystems]
    .filter((ecosystem) => missing.has(ecosystem))
    .map((ecosystem) => ({
      code: 'no-coverage',
      message: `the advisories have none for ${ecosystem}: nothing is said about its packages`,
      path: null,
      layer: null,
    }));
}

/** Scans an image without a server and without a database: inventory, advisories, malware, end of life. */
export async function scanTarget(source: ImageSource, options: TargetOptions): Promise<ScannedTarget[]> {
  const { hashLists = [], ruleFiles = [] } = options;
  const chosen = choose(source, options.platform);
  const advisories = options.advisories === undefined ? undefined : await openAdvisoryFolder(options.advisories);
  const endOfLife: EndOfLife = options.lifecycle === undefined ? () => null : await openEndOfLife(options.lifecycle);
  await using scanner = await startMalwareScanner({ hashLists, ruleFiles, isolation: 'none' });
  const images: ReadImage[] = [];
  for (const image of chosen) images.push(await readImage(scanner, image, options));
  const matches = await matchImages(advisories, images);
  const missing = advisories ? await uncovered(advisories, images) : new Set<string>();
  return images.map((read) => {
    const { image, inventory, packages, removedIn, malware } = read;
    const { distribution } = inventory;
    return {
      image,
      distribution,
      endOfLife: distribution && endOfLife(distribution),
      packages,
      removedIn,
      matches: packages.map((item) => matches.get(item) ?? []),
      malware,
      problems: [
        ...inventory.problems,
        ...(advisories ? coverageProblems(read, missing) : [noAdvisories]),
        ...(advisories?.problems ?? []),
      ],
    };
  });
}
