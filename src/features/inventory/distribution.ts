import { distributionEcosystem, findEcosystem } from '#model/ecosystem.ts';
import type { Distribution } from '#model/package.ts';
import type { FileTree } from './cataloger.ts';
import { releaseFiles } from './release-files.ts';

/** Files that say which distribution an image is; kept from every layer. */
export const distributionFiles: readonly string[] = releaseFiles.map(([path]) => path);

/**
 * What the image is, the surest first. There are several where files of one distribution were laid over another, and where
 * the same is said in several files.
 */
export function detectDistributions(tree: FileTree): Distribution[] {
  const found: Distribution[] = [];
  for (const [path, read] of releaseFiles) {
    const file = tree.find(path);
    const distribution = file && read(Buffer.from(file.bytes).toString('utf8'));
    if (distribution) found.push(distribution);
  }
  return found;
}

/** Families of distributions about which OSV has nothing, by os-release's ID or ID_LIKE. */
const packageTypes: Readonly<Record<string, string>> = {
  alpine: 'apk',
  amzn: 'rpm',
  arch: 'alpm',
  bottlerocket: 'rpm',
  centos: 'rpm',
  debian: 'deb',
  fedora: 'rpm',
  gentoo: 'ebuild',
  lede: 'opkg',
  mariner: 'rpm',
  ol: 'rpm',
  openwrt: 'opkg',
  postmarketos: 'apk',
  rhel: 'rpm',
  suse: 'rpm',
  ubuntu: 'deb',
};

/** The type of package that a distribution is made of; undefined when nobody knows. */
function packageTypeOf(distribution: Distribution): string | undefined {
  const known = findEcosystem(distributionEcosystem(distribution) ?? '')?.purlType;
  if (known !== undefined) return known;
  return [distribution.id, ...distribution.like].map((id) => packageTypes[id]).find((type) => type !== undefined);
}

/** Of what an image is, that which packages of a type belong to: in an Alpine image, packages of Debian are not Alpine's. */
export function distributionFor(found: readonly Distribution[], packageType: string | undefined): Distribution | null {
  if (packageType === undefined) return found[0] ?? null;
  const fitting = found.find((each) => packageTypeOf(each) === packageType);
  return fitting ?? found.find((each) => packageTypeOf(each) === undefined) ?? null;
}
