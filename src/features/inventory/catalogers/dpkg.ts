import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { type ControlFields, parseControl } from './control-fields.ts';

const STATUS = ['var/lib/dpkg/status', 'usr/lib/dpkg/status'];
const STATUS_FOLDER = 'var/lib/dpkg/status.d/';
const INFO_FOLDER = 'var/lib/dpkg/info/';
const OPKG = ['usr/lib/opkg/status', 'var/lib/opkg/status', 'lib/opkg/status'];

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

function ownedPaths(tree: FileTree, name: string, architecture: string | undefined, status: string): string[] {
  const folder = status.startsWith(STATUS_FOLDER) ? STATUS_FOLDER : INFO_FOLDER;
  const bases = status.startsWith(STATUS_FOLDER)
    ? [status]
    : [`${folder}${name}`, `${folder}${name}:${architecture ?? ''}`];
  for (const base of bases) {
    const file = tree.find(`${base}.list`) ?? tree.find(`${base}.md5sums`);
    if (file) return pathsIn(file);
  }
  return [];
}

function packageOf(
  fields: ControlFields,
  tree: FileTree,
  file: TreeFile,
  type: string,
  distribution: Distribution | null,
): FoundPackage | undefined {
  const name = fields.get('package');
  const version = fields.get('version');
  if (!name || !version) return undefined;
  // "install ok installed", "hold ok installed", …: what is only configured or half removed has no files to speak of.
  const status = fields.get('status');
  if (
    status !== undefined &&
    !/\b(?:installed|unpacked|half-configured|triggers-awaited|triggers-pending)$/.test(status)
  )
    return undefined;
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
    owns: ownedPaths(tree, name, architecture, file.path),
  };
}

function* statusFiles(tree: FileTree): Generator<{ file: TreeFile; type: string }> {
  for (const path of STATUS) {
    const file = tree.find(path);
    if (file) yield { file, type: 'deb' };
  }
  for (const file of tree.list(STATUS_FOLDER)) if (!/\.(?:md5sums|list)$/.test(file.path)) yield { file, type: 'deb' };
  for (const path of OPKG) {
    const file = tree.find(path);
    if (file) yield { file, type: 'opkg' };
  }
}

/** Debian's package database: `status`, distroless images' `status.d`, and opkg's file of the same form (deb-control(5)). */
export const dpkg: DatabaseCataloger = {
  kind: 'database',
  id: 'dpkg',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  wants: (path) =>
    STATUS.includes(path) ||
    OPKG.includes(path) ||
    path.startsWith(STATUS_FOLDER) ||
    (path.startsWith(INFO_FOLDER) && /\.(?:list|md5sums)$/.test(path)),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found: FoundPackage[] = [];
    const seen = new Set<string>();
    for (const { file, type } of statusFiles(tree)) {
      let paragraphs = 0;
      for (const fields of parseControl(decode(file))) {
        paragraphs += 1;
        const item = packageOf(fields, tree, file, type, distribution);
        if (!item || seen.has(item.purl)) continue;
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
