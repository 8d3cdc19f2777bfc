import type { Distribution } from '#model/package.ts';
import { parseAssignments, parseOsRelease } from './os-release.ts';

type ReadRelease = (text: string) => Distribution | null;

function plain(id: string, versionId: string, name: string): Distribution {
  return { id, versionId, name: `${name} ${versionId}`.trim(), like: [] };
}

const debianNames: Readonly<Record<string, string>> = {
  wheezy: '7',
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
};

/** First words of redhat-release and its kin → os-release ID. */
const releaseNames: readonly (readonly [name: RegExp, id: string])[] = [
  [/^alma/i, 'almalinux'],
  [/^rocky/i, 'rocky'],
  [/^centos/i, 'centos'],
  [/^oracle/i, 'ol'],
  [/^fedora/i, 'fedora'],
  [/^red hat/i, 'rhel'],
  [/^amazon/i, 'amzn'],
  [/^mageia/i, 'mageia'],
  [/^openeuler/i, 'openeuler'],
  [/^gentoo/i, 'gentoo'],
];

/** `CentOS Linux release 7.9.2009 (Core)`; openEuler's service pack stands in the brackets. */
function readRelease(text: string): Distribution | null {
  const [, name = '', version = '', note = ''] =
    /^(.{1,100}?) (?:Linux )?release (\d+(?:\.\d+)*)(?: (\([A-Za-z0-9-]{1,20}\)))?/i.exec(text) ?? [];
  const id = releaseNames.find(([pattern]) => pattern.test(name))?.[1];
  if (!id) return null;
  return id === 'openeuler'
    ? { ...plain(id, version, name), name: `${name} ${version} ${note}`.trim() }
    : plain(id, version, name);
}

function readDebian(text: string): Distribution | null {
  const known = /^\d+/.exec(text.trim())?.[0] ?? debianNames[text.trim().split('/')[0] ?? ''];
  return known ? plain('debian', known, 'Debian GNU/Linux') : null;
}

function readAlpine(text: string): Distribution | null {
  const version = /^\d+\.\d+[\w.]{0,40}/.exec(text)?.[0];
  return version ? plain('alpine', version, 'Alpine Linux') : null;
}

/** The first line that names a repository of packages. */
function readRepositories(text: string): Distribution | null {
  const [, branch] = /alpine\/(v\d+\.\d+|edge|latest-stable)\//.exec(text) ?? [];
  if (branch?.startsWith('v')) return plain('alpine', branch.slice(1), 'Alpine Linux');
  if (branch === 'edge') return plain('alpine', 'edge', 'Alpine Linux');
  if (/\bpackages\.wolfi\.dev\/os/.test(text)) return plain('wolfi', '', 'Wolfi');
  return /\bapk\.cgr\.dev\/|\bpackages\.cgr\.dev\//.test(text) ? plain('chainguard', '', 'Chainguard') : null;
}

/** `DISTRIB_ID=Ubuntu`, `DISTRIB_RELEASE=22.04`. */
function readLsb(text: string): Distribution | null {
  const values = parseAssignments(text);
  const id = values.get('DISTRIB_ID')?.toLowerCase();
  const version = values.get('DISTRIB_RELEASE') ?? '';
  if (!id || !/^[a-z0-9._-]+$/.test(id)) return null;
  return { ...plain(id, version, id), name: values.get('DISTRIB_DESCRIPTION') || `${id} ${version}`.trim() };
}

/** `SUSE Linux Enterprise Server 11 (x86_64)`, `VERSION = 11`, `PATCHLEVEL = 4`. */
function readSuse(text: string): Distribution | null {
  const version = /^VERSION = ([\d.]{1,10})$/m.exec(text)?.[1] ?? '';
  const pack = /^PATCHLEVEL = (\d{1,3})$/m.exec(text)?.[1];
  if (/^openSUSE/i.test(text)) return plain('opensuse-leap', version, 'openSUSE');
  return /^SUSE/i.test(text)
    ? plain('sles', pack ? `${version}.${pack}` : version, 'SUSE Linux Enterprise Server')
    : null;
}

function numbered(pattern: RegExp, id: string, name: string): ReadRelease {
  return (text) => {
    const version = pattern.exec(text)?.[1];
    return version ? plain(id, version, name) : null;
  };
}

/** Files that say which distribution an image is, the surest first; images of old and small ones lack the first two. */
export const releaseFiles: readonly (readonly [path: string, read: ReadRelease])[] = [
  ['etc/os-release', parseOsRelease],
  ['usr/lib/os-release', parseOsRelease],
  ['etc/alpine-release', readAlpine],
  ['etc/almalinux-release', readRelease],
  ['etc/rocky-release', readRelease],
  ['etc/centos-release', readRelease],
  ['etc/oracle-release', readRelease],
  ['etc/fedora-release', readRelease],
  ['etc/mageia-release', readRelease],
  ['etc/openEuler-release', readRelease],
  ['etc/photon-release', numbered(/Photon(?: OS)? (\d+(?:\.\d+)?)/, 'photon', 'VMware Photon OS')],
  ['etc/mariner-release', numbered(/Mariner (\d+\.\d+)/, 'mariner', 'CBL-Mariner')],
  ['etc/azurelinux-release', numbered(/^AZURELINUX (\d+\.\d+)/i, 'azurelinux', 'Azure Linux')],
  ['etc/redhat-release', readRelease],
  ['etc/system-release', readRelease],
  ['etc/SuSE-release', readSuse],
  ['etc/gentoo-release', readRelease],
  ['etc/openwrt_release', readLsb],
  ['etc/arch-release', () => plain('arch', '', 'Arch Linux')],
  ['etc/lsb-release', readLsb],
  ['etc/debian_version', readDebian],
  ['etc/apk/repositories', readRepositories],
];
