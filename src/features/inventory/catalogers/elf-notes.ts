import { findPackageNote } from '#formats/elf/package-note.ts';
import { formatPurl } from '#formats/purl/index.ts';
import { parseJson } from '#kernel/json.ts';
import type { FileCataloger, FoundPackage } from '../cataloger.ts';
import { ecosystemOfSystem, type System } from '../purl-package.ts';

const ELF = 0x7f454c46;
const SMALLEST = 64;
const TYPES = new Set(['alpm', 'apk', 'deb', 'ebuild', 'opkg', 'rpm']);

/** Products of CPE names → os-release IDs, where they differ. */
const products: Readonly<Record<string, string>> = {
  amazon_linux: 'amzn',
  azure_linux: 'azurelinux',
  cbl_mariner: 'mariner',
  enterprise_linux: 'rhel',
  leap: 'opensuse-leap',
  tumbleweed: 'opensuse-tumbleweed',
};

/** `os` and `osVersion`, or `cpe:/o:fedoraproject:fedora:40`. */
function systemOf(note: Readonly<Record<string, string>>): System | null {
  if (note.os) return { id: note.os.toLowerCase(), versionId: note.osVersion ?? '' };
  const [, , vendor, product = '', versionId = ''] = (note.osCpe ?? '').split(':');
  if (product === '') return null;
  const id = vendor === 'oracle' && product === 'linux' ? 'ol' : (products[product] ?? product);
  return { id, versionId };
}

function packageOf(note: Readonly<Record<string, string>>, path: string): FoundPackage[] {
  const { type = '', name = '', version = '', architecture: arch } = note;
  if (!TYPES.has(type) || name === '' || version === '') return [];
  const system = systemOf(note);
  const distro = system && [system.id, system.versionId].filter(Boolean).join('-');
  return [
    {
      name,
      version,
      ecosystem: ecosystemOfSystem(system),
      purl: formatPurl({ type, namespace: system?.id ?? null, name, version, qualifiers: { arch, distro } }),
      // Build systems write the source package, from which many packages are made.
      sourceName: name,
      sourceVersion: version,
      path,
    },
  ];
}

/** Programs and libraries whose makers wrote into them which package they were built for; counts where no database is left. */
export const elfNotes: FileCataloger = {
  kind: 'file',
  id: 'elf-notes',
  version: 1,
  maxBytes: 1024 ** 3,
  secondhand: true,
  wants: ({ path, sizeBytes, head }) =>
    sizeBytes > SMALLEST &&
    head.length >= 4 &&
    Buffer.from(head.buffer, head.byteOffset, 4).readUInt32BE(0) === ELF &&
    !/\.(?:ko|o|debug)$/.test(path),
  read(file) {
    const text = findPackageNote(file.bytes);
    if (text === undefined) return [];
    let value: unknown;
    try {
      value = parseJson(text, 'package note');
    } catch {
      return []; // no package manager depends on the note: one that is broken says nothing
    }
    const entries = Object.entries((value ?? {}) as Record<string, unknown>);
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return packageOf(Object.fromEntries(texts), file.path);
  },
};
