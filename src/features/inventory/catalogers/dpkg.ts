import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { type ControlFields, parseControl } from './control-fields.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const STATUS = ['var/lib/dpkg/status', 'usr/lib/dpkg/status'];
const STATUS_FOLDER = 'var/lib/dpkg/status.d/';
const INFO_FOLDER = 'var/lib/dpkg/info/';
const LIST = /\.(?:list|md5sums)$/;
const OPKG = ['usr/lib/opkg/status', 'var/lib/opkg/status', 'lib/opkg/status'];

const INFO = [INFO_FOLDER, ...OPKG.map((path) => path.replace(/status$/, 'info/'))];

const PRESENT = new Set(['installed', 'unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending']);

function decode(file: TreeFile): string {
  return Buffer.from(file.bytes).toString('utf8');
}

/** `Source: name (version)`; both default to the binary package's. */
function sourceOf(fields: ControlFields, name: string, version: string): { sourceName: string; sourceVersion: string } {
  const [, sourceName = name, sourceVersion = version] =
    /^(\S+)(?:\s+\(([^)]+)\))?/.exec(fields.get('source') ?? '') ?? [];
  return { sourceName, sourceVersion };
}

/** Paths of an `.md5sums` file (`digest  path`) or a `.list` file (`/path`). */
function pathsIn(file: TreeFile): string[] {
  const isList = file.path.endsWith('.list');
  return decode(file)
    .split('\n')
    .map((line) => (isList ? line.slice(1) : line.replace(/^[0-9a-f]{32}\s+\/?/, '')))
    .filter((path) => path !== '' && path !== '.');
}

/** What a file of package descriptions is: whose format, and where the lists of the packages' files lie beside it. */
interface StatusFile {
  readonly file: TreeFile;
  readonly type: 'deb' | 'opkg';
  /** The names, without extension, that a package's lists may have. */
  listsOf(name: string, architecture: string): readonly string[];
}

function ownedPaths(tree: FileTree, lists: readonly string[]): string[] {
  for (const base of lists) {
    const file = tree.find(`${base}.list`) ?? tree.find(`${base}.md5sums`);
    if (file) return pathsIn(file);
  }
  return [];
}

function packageOf(
  fields: ControlFields,
  tree: FileTree,
  { file, type, listsOf }: StatusFile,
  distribution: Distribution | null,
): FoundPackage | undefined {
  const name = fields.get('package');
  const version = fields.get('version');
  if (!name || !version) return undefined;
  // "install ok installed": what is only configured or half removed has no files to speak of.
  const status = fields.get('status')?.split(/\s+/).at(-1);
  if (status !== undefined && !PRESENT.has(status)) return undefined;
  const architecture = fields.get('architecture');
  const namespace = distribution?.id ?? (type === 'deb' ? 'debian' : 'openwrt');
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : undefined;
  const qualifiers = { ...(architecture && { arch: architecture }), ...(distro && { distro }) };
  return {
    name,
    version,
    ecosystem: null,
    purl: formatPurl({ type, namespace, name, version, qualifiers }),
    ...sourceOf(fields, name, version),
    path: file.path,
    owns: ownedPaths(tree, listsOf(name, architecture ?? '')),
  };
}

const besideInfo = (folder: string) => (name: string, architecture: string) => [
  `${folder}${name}`,
  `${folder}${name}:${architecture}`,
];

function* statusFiles(tree: FileTree): Generator<StatusFile> {
  for (const path of STATUS) {
    const file = tree.find(path);
    if (file) yield { file, type: 'deb', listsOf: besideInfo(INFO_FOLDER) };
  }
  for (const file of tree.list(STATUS_FOLDER)) {
    if (!LIST.test(file.path)) yield { file, type: 'deb', listsOf: () => [file.path] };
  }
  for (const path of OPKG) {
    const file = tree.find(path);
    if (file) yield { file, type: 'opkg', listsOf: besideInfo(path.replace(/status$/, 'info/')) };
  }
}

/** Debian's package database: `status`, distroless images' `status.d`, and opkg's file of the same form (deb-control(5)). */
export const dpkg: DatabaseCataloger = {
  kind: 'database',
  id: 'dpkg',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  folders: [...STATUS, ...OPKG].map((path) => path.slice(0, path.lastIndexOf('/'))),
  wants: (path) =>
    STATUS.includes(path) ||
    OPKG.includes(path) ||
    path.startsWith(STATUS_FOLDER) ||
    (LIST.test(path) && INFO.some((folder) => path.startsWith(folder))),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found: FoundPackage[] = [];
    const seen = new Set<string>();
    for (const status of statusFiles(tree)) {
      const { file } = status;
      let paragraphs = 0;
      for (const fields of parseControl(decode(file))) {
        paragraphs += 1;
        const item = packageOf(fields, tree, status, distribution);
        if (!item || seen.has(item.purl)) continue;
        if (found.length === MAX_PACKAGES) return endedEarly(found, file, report);
        seen.add(item.purl);
        found.push(item);
      }
      if (paragraphs === 0 && file.sizeBytes > 0 && /\S/.test(decode(file))) {
        report({
          code: 'database-damaged',
          message: 'the package database holds no package that could be read',
          path: file.path,
        });
      }
    }
    return found;
  },
};
