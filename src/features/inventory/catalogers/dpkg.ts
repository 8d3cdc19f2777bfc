import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem } from '../cataloger.ts';
import { parseControl } from './control-fields.ts';
import { besideInfo, type ControlFile, LIST, packageOfControl, textOf } from './control-package.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const FOLDERS = ['var/lib/dpkg/', 'usr/lib/dpkg/'];
const STATUS = FOLDERS.map((folder) => `${folder}status`);
/** One file for each package, in images without dpkg itself. */
const STATUS_FOLDERS = FOLDERS.map((folder) => `${folder}status.d/`);
const INFO = FOLDERS.map((folder) => `${folder}info/`);

function* statusFiles(tree: FileTree): Generator<ControlFile> {
  for (const folder of FOLDERS) {
    const file = tree.find(`${folder}status`);
    if (file) yield { file, type: 'deb', listsOf: besideInfo(`${folder}info/`) };
  }
  for (const folder of STATUS_FOLDERS)
    for (const file of tree.list(folder))
      if (!LIST.test(file.path)) yield { file, type: 'deb', listsOf: () => [file.path] };
}

/** Debian's package database: `status`, and distroless images' `status.d` (deb-control(5)). */
export const dpkg: DatabaseCataloger = {
  kind: 'database',
  id: 'dpkg',
  version: 2,
  maxBytes: 64 * 1024 ** 2,
  folders: FOLDERS.map((folder) => folder.slice(0, -1)),
  packageType: 'deb',
  wants: (path) =>
    STATUS.includes(path) ||
    STATUS_FOLDERS.some((folder) => path.startsWith(folder)) ||
    (LIST.test(path) && INFO.some((folder) => path.startsWith(folder))),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found: FoundPackage[] = [];
    const seen = new Set<string>();
    for (const status of statusFiles(tree)) {
      const { file } = status;
      let paragraphs = 0;
      for (const fields of parseControl(textOf(file))) {
        paragraphs += 1;
        const item = packageOfControl(fields, tree, status, distribution);
        if (!item || seen.has(item.purl)) continue;
        if (found.length === MAX_PACKAGES) return endedEarly(found, file, report);
        seen.add(item.purl);
        found.push(item);
      }
      if (paragraphs === 0 && file.sizeBytes > 0 && /\S/.test(textOf(file))) {
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
