import { formatPurl } from '#formats/purl/index.ts';
import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const FOLDER = 'var/db/pkg/';
const WANTED = /^var\/db\/pkg\/[^/]+\/[^/]+\/(?:CONTENTS|LICENSE|repository)$/;
/** PF: name, version with its suffixes, revision (Package Manager Specification, section 3). */
const PF = /^(.{1,200}?)-(\d[\d.]{0,60}[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d{0,20}){0,5}(?:-r\d{1,20})?)$/;

function textOf(file: TreeFile | undefined): string {
  return Buffer.from(file?.bytes ?? [])
    .toString('utf8')
    .trim();
}

/** `obj PATH MD5 TIME` and `sym PATH -> TARGET TIME`; a path may hold spaces. */
function ownedBy(contents: TreeFile): string[] {
  const owns: string[] = [];
  for (const line of textOf(contents).split('\n')) {
    if (line.startsWith('obj /')) owns.push(line.slice(5).split(' ').slice(0, -2).join(' '));
    else if (line.startsWith('sym /')) owns.push(line.slice(5).split(' -> ', 1)[0] ?? '');
  }
  return owns.filter((path) => path !== '');
}

function packageOf(contents: TreeFile, tree: FileTree, distribution: Distribution | null): FoundPackage | undefined {
  const [category = '', folder = ''] = contents.path.slice(FOLDER.length).split('/');
  const [, name, version] = PF.exec(folder) ?? [];
  if (!name || !version) return undefined;
  const beside = (file: string) => textOf(tree.find(contents.path.replace(/CONTENTS$/, file)));
  const license = beside('LICENSE');
  const distro = distribution ? [distribution.id, distribution.versionId].filter(Boolean).join('-') : null;
  const repository = beside('repository');
  return {
    name: `${category}/${name}`,
    version,
    ecosystem: null,
    purl: formatPurl({
      type: 'ebuild',
      namespace: category,
      name,
      version,
      qualifiers: { distro, repository: repository === 'gentoo' ? null : repository.slice(0, 100) },
    }),
    ...(license && { licenses: license.split(/\s+/).filter((word) => /^[A-Za-z]/.test(word)) }),
    path: contents.path,
    owns: ownedBy(contents),
  };
}

/** Gentoo's package database: a folder for each package, by category. */
export const portage: DatabaseCataloger = {
  kind: 'database',
  id: 'portage',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  folders: [FOLDER.slice(0, -1)],
  packageType: 'ebuild',
  wants: (path) => path.startsWith(FOLDER) && WANTED.test(path),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found: FoundPackage[] = [];
    for (const file of tree.list(FOLDER)) {
      // Portage writes packages in folders of this name before they are whole.
      if (!file.path.endsWith('/CONTENTS') || file.path.includes('/-MERGING-')) continue;
      const item = packageOf(file, tree, distribution);
      if (found.length === MAX_PACKAGES) return endedEarly(found, file, report);
      if (item) found.push(item);
      else {
        const message = 'the name of a package folder holds no version';
        report({ code: 'database-damaged', message, path: file.path });
      }
    }
    return found;
  },
};
