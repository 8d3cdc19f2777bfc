import type { Distribution } from './package.ts';

/** How one OSV ecosystem names, orders and releases its packages. https://ossf.github.io/osv-schema/#defined-ecosystems */
export interface Ecosystem {
  /** As OSV writes it, without release. */
  readonly name: string;
  readonly purlType: string;
  /** An id of formats/versions. */
  readonly scheme: string;
  /** Whether advisories name the source package, the binary package, or either. */
  readonly names: 'source' | 'binary' | 'either';
  /** True when a record without a release says nothing about any release. */
  readonly released: boolean;
  readonly normalizeName?: (name: string) => string;
  /** Whether a record of one release concerns a package of another; equality when absent. */
  readonly concerns?: (recordRelease: string, packageRelease: string) => boolean;
}

const lower = (name: string) => name.toLowerCase();
const python = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

function language(name: string, purlType: string, scheme: string, normalizeName?: (name: string) => string): Ecosystem {
  const row = { name, purlType, scheme, names: 'binary', released: false } as const;
  return normalizeName ? { ...row, normalizeName } : row;
}

function system(
  name: string,
  purlType: 'apk' | 'deb' | 'rpm',
  names: Ecosystem['names'],
  extra: Partial<Ecosystem> = {},
): Ecosystem {
  const scheme = purlType === 'deb' ? 'dpkg' : purlType;
  return { name, purlType, scheme, names, released: true, ...extra };
}

/** `enterprise_linux:9::appstream` concerns `enterprise_linux:9`; `satellite:6::el9` does not. */
function concernsRedHat(record: string, release: string): boolean {
  return record === release || record.startsWith(`${release}::`);
}

/** A module of SUSE Linux Enterprise 15 SP5 is part of every product of that service pack. */
function concernsSuse(record: string, release: string): boolean {
  const pack = /\d+(?: SP\d+)?$/.exec(release)?.[0];
  return record === release || (record.startsWith('Linux Enterprise Module for ') && record.endsWith(` ${pack}`));
}

/** Every ecosystem that can lie in a container image. */
export const ecosystems: readonly Ecosystem[] = [
  system('AlmaLinux', 'rpm', 'binary'),
  system('Alpaquita', 'apk', 'source'),
  system('Alpine', 'apk', 'source'),
  system('Azure Linux', 'rpm', 'either'),
  system('BellSoft Hardened Containers', 'apk', 'source'),
  system('Chainguard', 'apk', 'either', { released: false }),
  system('Debian', 'deb', 'source'),
  system('Echo', 'deb', 'source', { released: false }),
  system('Mageia', 'rpm', 'source'),
  system('MinimOS', 'apk', 'either', { released: false }),
  system('openEuler', 'rpm', 'either'),
  system('openSUSE', 'rpm', 'source'),
  system('Photon OS', 'rpm', 'either'),
  system('Red Hat', 'rpm', 'either', { concerns: concernsRedHat }),
  system('Rocky Linux', 'rpm', 'either'),
  system('SUSE', 'rpm', 'source', { concerns: concernsSuse }),
  system('Ubuntu', 'deb', 'source'),
  system('Wolfi', 'apk', 'either', { released: false }),
  language('Bioconductor', 'bioconductor', 'cran'),
  language('Bitnami', 'bitnami', 'semver', lower),
  language('ConanCenter', 'conan', 'semver'),
  language('CRAN', 'cran', 'cran'),
  language('crates.io', 'cargo', 'semver'),
  language('GHC', 'ghc', 'hackage'),
  language('GitHub Actions', 'githubactions', 'semver', lower),
  language('Go', 'golang', 'semver'),
  language('Hackage', 'hackage', 'hackage'),
  language('Hex', 'hex', 'semver', lower),
  language('Julia', 'julia', 'semver'),
  language('Maven', 'maven', 'maven'),
  language('npm', 'npm', 'semver'),
  language('NuGet', 'nuget', 'nuget', lower),
  language('Packagist', 'composer', 'packagist', lower),
  language('Pub', 'pub', 'pub'),
  language('PyPI', 'pypi', 'pep440', python),
  language('RubyGems', 'gem', 'rubygems'),
  language('SwiftURL', 'swift', 'semver', lower),
  language('VSCode', 'vscode-extension', 'semver', lower),
];

const byName = new Map(ecosystems.map((ecosystem) => [ecosystem.name, ecosystem]));

/** `Debian:12` → `Debian`. */
export function parentEcosystem(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon < 0 ? ecosystem : ecosystem.slice(0, colon);
}

/** `Ubuntu:22.04:LTS` → `22.04:LTS`; empty when there is none. */
export function releaseOf(ecosystem: string): string {
  return ecosystem.slice(parentEcosystem(ecosystem).length + 1);
}

/** By name, with or without release. */
export function findEcosystem(ecosystem: string): Ecosystem | undefined {
  return byName.get(parentEcosystem(ecosystem));
}

/** The id of the version scheme, undefined when the ecosystem is unknown. */
export function schemeOfEcosystem(ecosystem: string): string | undefined {
  return findEcosystem(ecosystem)?.scheme;
}

/** The name under which advisories and packages of an ecosystem meet. */
export function normalizePackageName(ecosystem: string, name: string): string {
  return findEcosystem(ecosystem)?.normalizeName?.(name) ?? name;
}

/** Whether a record for one ecosystem with release concerns a package of another: `Alpine` never concerns `Alpine:v3.20`. */
export function concernsEcosystem(record: string, packageEcosystem: string): boolean {
  if (record === packageEcosystem) return true;
  const ecosystem = findEcosystem(record);
  if (!ecosystem?.concerns || parentEcosystem(packageEcosystem) !== ecosystem.name) return false;
  return ecosystem.concerns(releaseOf(record), releaseOf(packageEcosystem));
}

type ReleaseRule = (versionId: string, distribution: Distribution) => string | null;

const whole: ReleaseRule = (versionId) => versionId || null;
const major: ReleaseRule = (versionId) => versionId.split('.', 1)[0] || null;
const none: ReleaseRule = () => '';

/** Long-term releases are those of April in even years. */
const ubuntu: ReleaseRule = (versionId) => {
  const [year = '', month = ''] = versionId.split('.');
  if (!month) return null;
  return Number(year) % 2 === 0 && month === '04' ? `${year}.${month}:LTS` : `${year}.${month}`;
};

const alpine: ReleaseRule = (versionId) => {
  if (versionId === '' || versionId.includes('_alpha') || versionId === 'edge') return 'edge';
  return `v${versionId.split('.').slice(0, 2).join('.')}`;
};

/** SUSE's releases bear marketing names: 15.5 is `15 SP5`. */
const suse: ReleaseRule = (versionId) => {
  const [release = '', servicePack] = versionId.split('.');
  if (!release) return null;
  return `Linux Enterprise Server ${release}${servicePack && servicePack !== '0' ? ` SP${servicePack}` : ''}`;
};

/** `openEuler 22.03 (LTS-SP3)` → `22.03-LTS-SP3`. */
const openEuler: ReleaseRule = (versionId, { name }) => {
  const pack = /\(([A-Za-z0-9-]+)\)/.exec(name)?.[1];
  if (!versionId) return null;
  return pack ? `${versionId}-${pack}` : versionId;
};

/** os-release ID → ecosystem and its release rule. */
const distributions = new Map<string, readonly [string, ReleaseRule]>([
  ['almalinux', ['AlmaLinux', major]],
  ['alpaquita', ['Alpaquita', (versionId) => versionId.split('.', 1)[0] || 'stream']],
  ['alpine', ['Alpine', alpine]],
  ['azurelinux', ['Azure Linux', major]],
  ['bellsoft-hardened-containers', ['BellSoft Hardened Containers', major]],
  ['chainguard', ['Chainguard', none]],
  ['debian', ['Debian', (versionId) => versionId.split('.', 1)[0] || 'sid']],
  ['echo', ['Echo', none]],
  ['mageia', ['Mageia', major]],
  ['mariner', ['Azure Linux', major]],
  ['minimos', ['MinimOS', none]],
  ['openeuler', ['openEuler', openEuler]],
  ['opensuse-leap', ['openSUSE', (versionId) => (versionId ? `Leap ${versionId}` : null)]],
  ['opensuse-tumbleweed', ['openSUSE', () => 'Tumbleweed']],
  ['photon', ['Photon OS', whole]],
  ['raspbian', ['Debian', major]],
  ['rhel', ['Red Hat', (versionId) => (versionId ? `enterprise_linux:${versionId.split('.', 1)[0]}` : null)]],
  ['rocky', ['Rocky Linux', major]],
  ['sl-micro', ['SUSE', (versionId) => (versionId ? `Linux Micro ${versionId}` : null)]],
  ['sle-micro', ['SUSE', (versionId) => (versionId ? `Linux Enterprise Micro ${versionId}` : null)]],
  ['sled', ['SUSE', suse]],
  ['sles', ['SUSE', suse]],
  ['sles_sap', ['SUSE', suse]],
  ['ubuntu', ['Ubuntu', ubuntu]],
  ['wolfi', ['Wolfi', none]],
]);

/** The ecosystem, with release, of a distribution's packages; null when OSV has no data about it. */
export function distributionEcosystem(distribution: Distribution): string | null {
  const row = distributions.get(distribution.id.toLowerCase());
  if (!row) return null;
  const [ecosystem, rule] = row;
  const release = rule(distribution.versionId, distribution);
  if (release === null) return null;
  return release === '' ? ecosystem : `${ecosystem}:${release}`;
}
