import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const FOLDER = 'var/lib/pacman/local/';
const WANTED = /^var\/lib\/pacman\/local\/[^/]+\/(?:desc|files)$/;

/** `%NAME%`, then its values, one a line, up to an empty line. */
function parseSections(file: TreeFile | undefined): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of Buffer.from(file?.bytes ?? [])
    .toString('utf8')
    .split('\n')) {
    const text = line.trimEnd();
    const [, key] = /^%([A-Z0-9]{1,40})%$/.exec(text) ?? [];
    if (key !== undefined) {
      values = [];
      sections.set(key, values);
    } else if (text === '') values = undefined;
    else values?.push(text);
  }
  return sections;
}

function packageOf(desc: TreeFile, tree: FileTree, distribution: Distribution | null): FoundPackage | undefined {
  const fields = parseSections(desc);
  const first = (key: string) => fields.get(key)?.[0];
  const [name, version] = [first('NAME'), first('VERSION')];
  if (!name || !version) return undefined;
  const files = parseSections(tree.find(desc.path.replace(/desc$/, 'files'))).get('FILES') ?? [];
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : null;
  const licenses = fields.get('LICENSE') ?? [];
  return {
    name,
    version,
    ecosystem: null,
    purl: formatPurl({
      type: 'alpm',
      namespace: distribution?.id ?? 'arch',
      name,
      version,
      qualifiers: { arch: first('ARCH'), distro },
    }),
    // Split packages are built from their base, in the same version.
    sourceName: first('BASE') ?? name,
    sourceVersion: version,
    ...(licenses.length > 0 && { licenses }),
    path: desc.path,
    owns: files.filter((path) => !path.endsWith('/')),
  };
}

/** Arch Linux's package database: a folder for each package (alpm-db(7)). */
export const pacman: DatabaseCataloger = {
  kind: 'database',
  id: 'pacman',
  version: 1,
  maxBytes: 16 * 1024 ** 2,
  folders: [FOLDER.slice(0, -1)],
  packageType: 'alpm',
  wants: (path) => path.startsWith(FOLDER) && WANTED.test(path),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found: FoundPackage[] = [];
    for (const file of tree.list(FOLDER)) {
      if (!file.path.endsWith('/desc')) continue;
      const item = packageOf(file, tree, distribution);
      if (found.length === MAX_PACKAGES) return endedEarly(found, file, report);
      if (item) found.push(item);
      else {
        const message = 'the description of a package has no name or no version';
        report({ code: 'database-damaged', message, path: file.path });
      }
    }
    return found;
  },
};
