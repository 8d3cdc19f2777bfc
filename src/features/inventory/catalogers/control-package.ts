import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { FileTree, FoundPackage, TreeFile } from '../cataloger.ts';
import type { ControlFields } from './control-fields.ts';
import { makerOf } from './makers.ts';

/** What a file of package descriptions is: whose format, and where the lists of the packages' files lie. */
export interface ControlFile {
  readonly file: TreeFile;
  readonly type: 'deb' | 'opkg';
  /** The names, without extension, that a package's lists may have. */
  listsOf(name: string, architecture: string): readonly string[];
}

/** The endings of files that list what a package owns. */
export const LIST = /\.(?:list|md5sums)$/;

const PRESENT = new Set(['installed', 'unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending']);
const NAMESPACES = { deb: 'debian', opkg: 'openwrt' } as const;

export function textOf(file: TreeFile): string {
  return Buffer.from(file.bytes).toString('utf8');
}

/** The lists of a folder, which has one for each package, or one for each of its architectures. */
export function besideInfo(folder: string): ControlFile['listsOf'] {
  return (name, architecture) => [`${folder}${name}`, `${folder}${name}:${architecture}`];
}

/** A package as deb-control(5) describes it; undefined when it is none, or is not installed. */
export function packageOfControl(
  fields: ControlFields,
  tree: FileTree,
  { file, type, listsOf }: ControlFile,
  distribution: Distribution | null,
): FoundPackage | undefined {
  const name = fields.get('package');
  const version = fields.get('version');
  if (!name || !version) return undefined;
  // "install ok installed": what is only configured or half removed has no files to speak of.
  const status = fields.get('status')?.split(/\s+/).at(-1);
  if (status !== undefined && !PRESENT.has(status)) return undefined;
  const architecture = fields.get('architecture');
  const namespace = distribution?.id ?? NAMESPACES[type];
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : undefined;
  const qualifiers = { ...(architecture && { arch: architecture }), ...(distro && { distro }) };
  const maker = makerOf(fields.get('maintainer') ?? '', version, distribution);
  return {
    name,
    version,
    ecosystem: maker === undefined ? null : '',
    purl: formatPurl({ type, namespace, name, version, qualifiers }),
    ...(maker !== undefined && { maker }),
    ...sourceOf(fields, name, version),
    path: file.path,
    owns: ownedPaths(tree, listsOf(name, architecture ?? '')),
  };
}

/** `Source: name (version)`; both default to the binary package's. */
function sourceOf(fields: ControlFields, name: string, version: string): { sourceName: string; sourceVersion: string } {
  const [, sourceName = name, sourceVersion = version] =
    /^(\S+)(?:\s+\(([^)]+)\))?/.exec(fields.get('source') ?? '') ?? [];
  return { sourceName, sourceVersion };
}

function ownedPaths(tree: FileTree, lists: readonly string[]): string[] {
  for (const base of lists) {
    const file = tree.find(`${base}.list`) ?? tree.find(`${base}.md5sums`);
    if (file) return pathsIn(file);
  }
  return [];
}

/** Paths of an `.md5sums` file (`digest  path`) or a `.list` file (`/path`). */
function pathsIn(file: TreeFile): string[] {
  const isList = file.path.endsWith('.list');
  return textOf(file)
    .split('\n')
    .map((line) => (isList ? line.replace(/\t.*$/, '').slice(1) : line.replace(/^[0-9a-f]{32}\s+\/?/, '')))
    .filter((path) => path !== '' && path !== '.');
}
