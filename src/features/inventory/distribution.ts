import type { Distribution } from '#model/package.ts';
import type { FileTree } from './cataloger.ts';

/** Files that say which distribution an image is; kept from every layer. */
export const distributionFiles: readonly string[] = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/alpine-release',
  'etc/debian_version',
  'etc/redhat-release',
  'etc/centos-release',
  'etc/system-release',
  'etc/apk/repositories',
];

const MAX_VALUE = 200;

/** os-release(5): `KEY=value`, quoted or not. */
function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, quoted] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (!key || quoted === undefined) continue;
    const value = quoted
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .replace(/\\(["'$`\\])/g, '$1');
    values.set(key, value.slice(0, MAX_VALUE));
  }
  return values;
}

function fromOsRelease(text: string): Distribution | null {
  const values = parseOsRelease(text);
  const id = values.get('ID')?.toLowerCase();
  if (!id) return null;
  const versionId = values.get('VERSION_ID') ?? '';
  return {
    id,
    versionId,
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? `${id} ${versionId}`.trim(),
    like: (values.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
  };
}

function plain(id: string, versionId: string, name: string): Distribution {
  return { id, versionId, name: `${name} ${versionId}`.trim(), like: [] };
}

const debianNames: Readonly<Record<string, string>> = {
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
};

/** First words of redhat-release and its kin → os-release ID. */
const redHatNames: readonly (readonly [name: RegExp, id: string])[] = [
  [/^alma/i, 'almalinux'],
  [/^rocky/i, 'rocky'],
  [/^centos/i, 'centos'],
  [/^oracle/i, 'ol'],
  [/^fedora/i, 'fedora'],
  [/^red hat/i, 'rhel'],
  [/^amazon/i, 'amzn'],
];

function fromRedHatRelease(text: string): Distribution | null {
  const [, name = '', version = ''] = /^(.{1,100}?) (?:Linux )?release (\d+(?:\.\d+)*)/i.exec(text) ?? [];
  const id = redHatNames.find(([pattern]) => pattern.test(name))?.[1];
  return id ? plain(id, version, name) : null;
}

/** What the image is, by os-release or, where that is missing, by the files that older and smaller images have. */
export function detectDistribution(tree: FileTree): Distribution | null {
  const read = (path: string): string | undefined => {
    const file = tree.find(path);
    return file && Buffer.from(file.bytes).toString('utf8');
  };
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const found = fromOsRelease(read(path) ?? '');
    if (found) return found;
  }
  const alpine =
    /^(\d+\.\d+(?:\.\d+)?)/.exec(read('etc/alpine-release') ?? '')?.[1] ??
    /alpine\/v(\d+\.\d+)\//.exec(read('etc/apk/repositories') ?? '')?.[1];
  if (alpine) return plain('alpine', alpine, 'Alpine Linux');
  for (const path of ['etc/centos-release', 'etc/redhat-release', 'etc/system-release']) {
    const found = fromRedHatRelease(read(path) ?? '');
    if (found) return found;
  }
  const debian = (read('etc/debian_version') ?? '').trim();
  const version = /^\d+(?:\.\d+)?/.exec(debian)?.[0] ?? debianNames[debian.split('/')[0] ?? ''];
  return version ? plain('debian', version.split('.')[0] ?? version, 'Debian GNU/Linux') : null;
}
