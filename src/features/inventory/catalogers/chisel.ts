import { zstdDecompressSync } from 'node:zlib';
import { formatPurl } from '#formats/purl/index.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { ubuntuSource } from './chisel/ubuntu-source.ts';

const FOLDER = 'var/lib/chisel';
/** Whoever defines the slices says in which folder it lies. */
const MANIFEST = /(?:^|\/)manifest\.wall$/;
const MAX_TEXT_BYTES = 64 * 1024 ** 2;
const MAX_LINE = 1024 * 1024;

interface Manifest {
  readonly packages: Map<string, { readonly version: string; readonly arch: string }>;
  /** Package → the paths of its slices. */
  readonly paths: Map<string, string[]>;
  readonly broken: number;
}

/** Lines of JSON, sorted; each says what kind of thing it is (Chisel, "manifest"; the form is named jsonwall). */
function parseManifest(text: string): Manifest {
  const manifest = { packages: new Map(), paths: new Map<string, string[]>(), broken: 0 };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const row = parseLine(line);
    if (row === undefined) manifest.broken += 1;
    else if (row.kind === 'package' && row.name && row.version)
      manifest.packages.set(row.name, { version: row.version, arch: row.arch ?? '' });
    else if (row.kind === 'content' && row.slice && row.path) {
      const name = row.slice.split('_', 1)[0] ?? '';
      const paths = manifest.paths.get(name) ?? [];
      paths.push(row.path.replace(/^\//, ''));
      manifest.paths.set(name, paths);
    }
  }
  return manifest;
}

type Row = Partial<Record<'kind' | 'name' | 'version' | 'arch' | 'slice' | 'path', string>>;

function parseLine(line: string): Row | undefined {
  if (line.length > MAX_LINE) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(value).filter(([, each]) => typeof each === 'string'));
  } catch {
    return undefined;
  }
}

function packageOf(
  name: string,
  { version, arch }: { readonly version: string; readonly arch: string },
  owns: readonly string[],
  path: string,
  distribution: Distribution | null,
): FoundPackage {
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : null;
  const namespace = distribution?.id ?? 'ubuntu';
  return {
    name,
    version,
    ecosystem: null,
    purl: formatPurl({ type: 'deb', namespace, name, version, qualifiers: { arch, distro } }),
    sourceName: ubuntuSource(name, version),
    sourceVersion: version,
    path,
    owns,
  };
}

function readManifest(file: TreeFile, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
  const damage = (reason: string) =>
    report({ code: 'database-damaged', message: `cannot read the Chisel manifest: ${reason}`, path: file.path });
  let text: string;
  try {
    text = zstdDecompressSync(file.bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8');
  } catch (error) {
    damage(messageOf(error));
    return [];
  }
  const { packages, paths, broken } = parseManifest(text);
  if (broken > 0) damage(`${broken} of its lines are not JSON`);
  else if (packages.size === 0) damage('it names no package');
  return [...packages].map(([name, each]) => packageOf(name, each, paths.get(name) ?? [], file.path, distribution));
}

/** Images that were cut from Ubuntu's packages by Chisel: no database of dpkg, but a manifest of the slices. */
export const chisel: DatabaseCataloger = {
  kind: 'database',
  id: 'chisel',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  folders: [FOLDER],
  packageType: 'deb',
  wants: (path) => MANIFEST.test(path),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found = new Map<string, FoundPackage>();
    for (const file of tree.list('')) {
      if (!MANIFEST.test(file.path)) continue;
      for (const item of readManifest(file, distribution, report))
        if (!found.has(item.purl)) found.set(item.purl, item);
    }
    return [...found.values()];
  },
};
