import { formatPurl } from '#formats/purl/index.ts';
import { readTable } from '#formats/sqlite/table.ts';
import { applyWal } from '#formats/sqlite/wal.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem } from '../cataloger.ts';
import { parseStoreName, type StoreName } from './nix/store-name.ts';

const STORE = 'nix/store';
const DATABASE = 'nix/var/nix/db/db.sqlite';
const WAL = `${DATABASE}-wal`;
const MAX_PROBLEMS = 20;

/** What the database says of the store: the name of each path, and the derivation that it was built by. */
function readDatabase(tree: FileTree, report: ReportProblem): Map<string, string | null> {
  const valid = new Map<string, string | null>();
  const file = tree.find(DATABASE);
  if (!file) return valid;
  const wal = tree.find(WAL);
  let problems = 0;
  const damage = (reason: string) => {
    problems += 1;
    const message = `cannot read all of the Nix database: ${reason}`;
    if (problems <= MAX_PROBLEMS) report({ code: 'database-damaged', message, path: DATABASE });
  };
  const bytes = wal === undefined ? file.bytes : applyWal(file.bytes, wal.bytes);
  for (const [, path, , , deriver] of readTable(bytes, 'ValidPaths', damage)) {
    const name = nameIn(path?.bytes.toString('utf8'));
    if (name !== undefined) valid.set(name, nameIn(deriver?.bytes.toString('utf8')) ?? null);
  }
  return valid;
}

function nameIn(path = ''): string | undefined {
  return path.startsWith(`/${STORE}/`) ? path.slice(STORE.length + 2) : undefined;
}

function packageOf({ hash, name, version, output }: StoreName, path: string, deriver: string | null): FoundPackage {
  return {
    name,
    version,
    // Nobody publishes advisories for what Nix builds, whatever distribution it lies in.
    ecosystem: '',
    purl: formatPurl({
      type: 'nix',
      name,
      version,
      qualifiers: { drvpath: deriver, output: output === 'out' ? null : output, outputhash: hash },
    }),
    path,
  };
}

/** What lies in the store of Nix; its database, where there is one, tells names and outputs apart. */
export const nix: DatabaseCataloger = {
  kind: 'database',
  id: 'nix',
  version: 1,
  maxBytes: 512 * 1024 ** 2,
  folders: ['nix/var/nix/db'],
  lists: [STORE],
  packageType: 'nix',
  wants: (path) => path === DATABASE || path === WAL,
  read(tree: FileTree, _, report: ReportProblem): FoundPackage[] {
    const derivers = readDatabase(tree, report);
    const found: FoundPackage[] = [];
    for (const { name } of tree.entries(STORE)) {
      const deriver = derivers.get(name) ?? null;
      const parsed = parseStoreName(name, deriver);
      if (parsed) found.push(packageOf(parsed, `${STORE}/${name}`, deriver));
    }
    return found;
  },
};
