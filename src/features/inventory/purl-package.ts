import { formatPurl, type Purl, parsePurl } from '#formats/purl/index.ts';
import { distributionEcosystem, ecosystems, normalizePackageName } from '#model/ecosystem.ts';
import type { FoundPackage } from './cataloger.ts';

const SYSTEM_TYPES = new Set(['alpm', 'apk', 'deb', 'ebuild', 'opkg', 'rpm']);
/** Package URLs that name no installed package. */
const OTHER_TYPES = new Set(['docker', 'file', 'oci']);
const languages = new Map(
  ecosystems.flatMap(({ name, purlType }) => (SYSTEM_TYPES.has(purlType) ? [] : [[purlType, name] as const])),
);
const systemAliases: Readonly<Record<string, string>> = {
  redhat: 'rhel',
  oracle: 'ol',
  amazon: 'amzn',
  rockylinux: 'rocky',
};

export type System = { readonly id: string; readonly versionId: string };

/** `debian-12`, `opensuse-leap-15.6`, `redhat-9.4`. */
export function parseDistro(text: string): System | null {
  const [, id = text, versionId = ''] = /^(.{1,60}?)-(\d[\w.]*)$/.exec(text.toLowerCase()) ?? [];
  return id === '' ? null : { id: systemAliases[id] ?? id, versionId };
}

/** The ecosystem of a system's packages; null, "the image's own", when the system has no version; empty for unknown ones. */
export function ecosystemOfSystem(system: System | null): string | null {
  if (system === null || system.versionId === '') return null;
  return distributionEcosystem({ ...system, name: '', like: [] }) ?? '';
}

function nameOf({ type, namespace, name }: Purl): string {
  if (namespace === '' || SYSTEM_TYPES.has(type)) return name;
  return type === 'maven' ? `${namespace}:${name}` : `${namespace}/${name}`;
}

function versionOf({ type, version, qualifiers }: Purl): string {
  if (type === 'golang') return version.replace(/^v(?=\d)/, '');
  // The revision of Bitnami's build, which advisories do not count.
  if (type === 'bitnami') return version.replace(/-\d+$/, '');
  const { epoch = '' } = qualifiers;
  return type === 'rpm' && /^[1-9]\d*$/.test(epoch) ? `${epoch}:${version}` : version;
}

/** `upstream=glibc`, `upstream=gcc-12@12.2.0-14`, `upstream=bash-5.1.8-6.el9.src.rpm`. */
function sourceOf({ qualifiers }: Purl): { sourceName?: string; sourceVersion?: string } {
  const [, rpmName, rpmVersion] = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(qualifiers.upstream ?? '') ?? [];
  if (rpmName && rpmVersion) return { sourceName: rpmName, sourceVersion: rpmVersion };
  const [name, version] = (qualifiers.upstream ?? '').split('@');
  return { ...(name && { sourceName: name }), ...(version && { sourceVersion: version }) };
}

/** A package by its package URL; undefined when that is broken, has no version, or names something else. */
export function packageOfPurl(text: string, path: string, system: System | null = null): FoundPackage | undefined {
  let purl: Purl;
  try {
    purl = parsePurl(text);
  } catch {
    return undefined;
  }
  if (purl.version === '' || OTHER_TYPES.has(purl.type)) return undefined;
  const isSystem = SYSTEM_TYPES.has(purl.type);
  const distro = parseDistro(purl.qualifiers.distro ?? '') ?? system;
  const ecosystem = isSystem ? ecosystemOfSystem(distro) : (languages.get(purl.type) ?? '');
  return {
    name: ecosystem ? normalizePackageName(ecosystem, nameOf(purl)) : nameOf(purl),
    version: versionOf(purl),
    ecosystem,
    purl: formatPurl(purl),
    ...(isSystem && sourceOf(purl)),
    path,
  };
}
