import type { SupportDate } from '#model/lifecycle.ts';
import type { Distribution } from '#model/package.ts';
import type { Products } from './products.ts';

/** `known` is false when the data does not say anything about this distribution and version. */
export interface DistributionEnd {
  /** `Alpine Linux 3.20`. */
  readonly subject: string;
  /** The first day without support (YYYY-MM-DD); null when there is none or none is known. */
  readonly endOfLife: string | null;
  readonly known: boolean;
}

/** os-release `ID` → product; other ids are products of their own name, where the data calls them operating systems. */
const products: Readonly<Record<string, string>> = {
  alpine: 'alpine-linux',
  rocky: 'rocky-linux',
  amzn: 'amazon-linux',
  ol: 'oracle-linux',
  redhat: 'rhel',
  raspbian: 'debian',
  sled: 'sles',
  sles_sap: 'sles',
  'sle-micro': 'suse-linux-micro',
  'sl-micro': 'suse-linux-micro',
  'opensuse-leap': 'opensuse',
  photon: 'vmware-photon',
  pop: 'pop-os',
};

/** Released continuously: they have no end of life of their own. */
const rolling: readonly string[] = [
  'arch',
  'archarm',
  'artix',
  'chainguard',
  'clear-linux-os',
  'gentoo',
  'kali',
  'manjaro',
  'minimos',
  'opensuse-tumbleweed',
  'void',
  'wolfi',
];

function isRolling({ id, versionId, name }: Distribution): boolean {
  if (rolling.includes(id)) return true;
  // Debian testing and unstable carry no VERSION_ID, Alpine edge that of a release to come.
  if (id === 'debian') return versionId === '' && /debian/i.test(name);
  return id === 'alpine' && /_(?:alpha|beta)/.test(versionId);
}

function productOf(distribution: Distribution, data: Products): string | undefined {
  const { id, name } = distribution;
  if (id === 'centos' && /stream/i.test(name)) return 'centos-stream';
  const product = products[id] ?? id;
  return data.hasCategory(product, 'os') ? product : undefined;
}

/** The words of an os-release without the version that they may end with. */
function nameOf({ id, versionId, name }: Distribution): string {
  const bare = (name || id)
    .replace(/\s*(?:GNU\/)?Linux\s+v?\d.*$/i, (text) => (/linux/i.test(text) ? ' Linux' : ''))
    .trim();
  return versionId && !bare.includes(versionId) ? `${bare} ${versionId}` : bare;
}

export function endOfLifeOf(data: Products, distribution: Distribution): DistributionEnd {
  if (isRolling(distribution)) {
    return { subject: `${distribution.name || distribution.id} (rolling)`, endOfLife: null, known: true };
  }
  const product = productOf(distribution, data);
  const end = product && distribution.versionId ? data.find(product, distribution.versionId) : undefined;
  return end ? { ...end, known: true } : { subject: nameOf(distribution), endOfLife: null, known: false };
}

/** As a date of the support window; undefined when nothing is known. */
export function supportDateOf({ subject, endOfLife, known }: DistributionEnd): SupportDate | undefined {
  return known ? { source: 'distribution', subject, endOfLife } : undefined;
}
