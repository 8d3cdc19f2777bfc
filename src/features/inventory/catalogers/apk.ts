import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const PATHS = ['lib/apk/db/installed', 'usr/lib/apk/db/installed', 'var/lib/apk/db/installed'];

interface Entry {
  readonly fields: Map<string, string>;
  readonly files: string[];
}

/** Paragraphs of `X:value` lines; `F:` opens a folder, `R:` names a file in it. */
function* parseEntries(text: string): Generator<Entry> {
  let entry: Entry = { fields: new Map(), files: [] };
  let folder = '';
  for (const line of text.split('\n')) {
    if (line === '') {
      if (entry.fields.size > 0) yield entry;
      entry = { fields: new Map(), files: [] };
      folder = '';
      continue;
    }
    if (line[1] !== ':') continue;
    const value = line.slice(2).trimEnd();
    if (line[0] === 'F') folder = value;
    else if (line[0] === 'R') entry.files.push(folder ? `${folder}/${value}` : value);
    else if (!entry.fields.has(line[0] ?? '')) entry.fields.set(line[0] ?? '', value);
  }
  if (entry.fields.size > 0) yield entry;
}

function packageOf(
  { fields, files }: Entry,
  file: TreeFile,
  distribution: Distribution | null,
): FoundPackage | undefined {
  const name = fields.get('P');
  const version = fields.get('V');
  if (!name || !version) return undefined;
  const architecture = fields.get('A');
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : undefined;
  const license = fields.get('L');
  const namespace = distribution?.id ?? 'alpine';
  return {
    name,
    version,
    ecosystem: null,
    purl: formatPurl({
      type: 'apk',
      namespace,
      name,
      version,
      qualifiers: { ...(architecture && { arch: architecture }), ...(distro && { distro }) },
    }),
    // Sub-packages are built from their origin, in the same version.
    sourceName: fields.get('o') || name,
    sourceVersion: version,
    ...(license && { licenses: [license] }),
    path: file.path,
    owns: files,
  };
}

/** Alpine's package database (apk-tools, `installed`). */
export const apk: DatabaseCataloger = {
  kind: 'database',
  id: 'apk',
  version: 2,
  maxBytes: 64 * 1024 ** 2,
  folders: PATHS.map((path) => path.slice(0, path.lastIndexOf('/'))),
  packageType: 'apk',
  wants: (path) => PATHS.includes(path),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found = new Map<string, FoundPackage>();
    for (const path of PATHS) {
      const file = tree.find(path);
      if (!file) continue;
      const text = Buffer.from(file.bytes).toString('utf8');
      const before = found.size;
      for (const entry of parseEntries(text)) {
        const item = packageOf(entry, file, distribution);
        if (found.size === MAX_PACKAGES) return endedEarly([...found.values()], file, report);
        if (item && !found.has(item.purl)) found.set(item.purl, item);
      }
      if (found.size === before && /\S/.test(text) && before === 0) {
        report({ code: 'database-damaged', message: 'the package database holds no package that could be read', path });
      }
    }
    return [...found.values()];
  },
};
