import type { Distribution } from '#model/package.ts';
import type { FoundPackage } from './cataloger.ts';

interface Evidence {
  /** Of the package. */
  readonly name: RegExp;
  readonly version: RegExp;
  readonly id: string;
  /** os-release's VERSION_ID from the version's first group; the group itself when absent. */
  readonly versionId?: Readonly<Record<string, string>>;
}

const digits = /^(\d+(?:\.\d+)?)/;

/** Packages that every image of a distribution has, whose version tells the release. */
const evidence: readonly Evidence[] = [
  { name: /^alpine-(?:release|baselayout-data)$/, version: /^(\d+\.\d+\.\d+)-r/, id: 'alpine' },
  { name: /^wolfi-(?:baselayout|keys)$/, version: digits, id: 'wolfi' },
  { name: /^chainguard-baselayout$/, version: digits, id: 'chainguard' },
  {
    name: /^base-files$/,
    version: /^(\d+(?:\.\d+)?)ubuntu/,
    id: 'ubuntu',
    versionId: { '9.4': '16.04', '10.1': '18.04', '11': '20.04', '12': '22.04', '13': '24.04' },
  },
  { name: /^base-files$/, version: /^\d+(?:\.\d+)*\+deb(\d+)u/, id: 'debian' },
  {
    name: /^base-files$/,
    version: /^(\d+)(?:\.\d+)*$/,
    id: 'debian',
    versionId: { 8: '8', '9.9': '9', 10: '10', 11: '11', 12: '12', 13: '13' },
  },
  { name: /^almalinux-release$/, version: digits, id: 'almalinux' },
  { name: /^rocky-release$/, version: digits, id: 'rocky' },
  { name: /^centos-(?:linux-|stream-)?release$/, version: digits, id: 'centos' },
  { name: /^oraclelinux-release$/, version: digits, id: 'ol' },
  { name: /^redhat-release(?:-server)?$/, version: digits, id: 'rhel' },
  { name: /^fedora-release-common$/, version: digits, id: 'fedora' },
  { name: /^azurelinux-release$/, version: digits, id: 'azurelinux' },
  { name: /^mariner-release$/, version: digits, id: 'mariner' },
  { name: /^photon-release$/, version: digits, id: 'photon' },
  { name: /^sles-release$/, version: digits, id: 'sles' },
];

/** What distribution packages are from, where no file of the image says it: by those that name the release. */
export function distributionOfPackages(packages: readonly FoundPackage[]): Distribution | null {
  for (const { name, version, id, versionId } of evidence) {
    const found = packages.find((each) => name.test(each.name) && version.test(each.version));
    const release = found && version.exec(found.version)?.[1];
    const known = release === undefined ? undefined : versionId ? versionId[release] : release;
    if (known !== undefined) return { id, versionId: known, name: `${id} ${known}`, like: [] };
  }
  return null;
}
