import type { Distribution } from '#model/package.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem } from '../cataloger.ts';
import { parseControl } from './control-fields.ts';
import { besideInfo, type ControlFile, LIST, packageOfControl, textOf } from './control-package.ts';
import { endedEarly, MAX_PACKAGES } from './many-packages.ts';

const FOLDERS = ['usr/lib/opkg/', 'var/lib/opkg/', 'lib/opkg/'];

/** The database, and after it the descriptions of single packages, which images without a database have. */
function* controlFiles(tree: FileTree): Generator<ControlFile> {
  for (const folder of FOLDERS) {
    const listsOf = besideInfo(`${folder}info/`);
    const file = tree.find(`${folder}status`);
    if (file) yield { file, type: 'opkg', listsOf };
    for (const control of tree.list(`${folder}info/`))
      if (control.path.endsWith('.control')) yield { file: control, type: 'opkg', listsOf };
  }
}

/** The package database of OpenWrt and of images built by Yocto: dpkg's form, in places of its own. */
export const opkg: DatabaseCataloger = {
  kind: 'database',
  id: 'opkg',
  version: 1,
  maxBytes: 64 * 1024 ** 2,
  folders: FOLDERS.map((folder) => folder.slice(0, -1)),
  packageType: 'opkg',
  wants: (path) =>
    FOLDERS.some(
      (folder) =>
        path === `${folder}status` ||
        (path.startsWith(`${folder}info/`) && (LIST.test(path) || path.endsWith('.control'))),
    ),
  read(tree: FileTree, distribution: Distribution | null, report: ReportProblem): FoundPackage[] {
    const found = new Map<string, FoundPackage>();
    for (const control of controlFiles(tree)) {
      let paragraphs = 0;
      for (const fields of parseControl(textOf(control.file))) {
        paragraphs += 1;
        const item = packageOfControl(fields, tree, control, distribution);
        if (!item || found.has(item.purl)) continue;
        if (found.size === MAX_PACKAGES) return endedEarly([...found.values()], control.file, report);
        found.set(item.purl, item);
      }
      const isDamaged = paragraphs === 0 && /\S/.test(textOf(control.file));
      const message = 'the package database holds no package that could be read';
      if (isDamaged) report({ code: 'database-damaged', message, path: control.file.path });
    }
    return [...found.values()];
  },
};
