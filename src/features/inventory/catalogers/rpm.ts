import { applyWal } from '#formats/sqlite/wal.ts';
import { messageOf } from '#kernel/errors.ts';
import type { DatabaseCataloger, FileTree, FoundPackage, ReportProblem, TreeFile } from '../cataloger.ts';
import { readBerkeleyDb } from './rpm/berkeley-db.ts';
import { parseRpmHeader, type RpmHeader } from './rpm/header.ts';
import type { HeaderReader } from './rpm/header-reader.ts';
import { parseManifest, parseNameList } from './rpm/manifest.ts';
import { readNdb } from './rpm/ndb.ts';
import { packageOfHeader } from './rpm/package.ts';
import { readSqlite } from './rpm/sqlite.ts';

const FOLDERS = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'];
const SQLITE = 'rpmdb.sqlite';
const WAL = 'rpmdb.sqlite-wal';
const READERS: Readonly<Record<string, HeaderReader>> = {
  [SQLITE]: readSqlite,
  'Packages.db': readNdb,
  Packages: readBerkeleyDb,
};
const MANIFEST = 'var/lib/rpmmanifest/container-manifest-2';
/** The same packages by their names alone. */
const NAME_LIST = 'var/lib/rpmmanifest/container-manifest-1';

const WANTED = new Set([
  MANIFEST,
  NAME_LIST,
  ...FOLDERS.flatMap((folder) => [...Object.keys(READERS), WAL].map((name) => `${folder}/${name}`)),
]);

type Damage = (message: string) => void;

/** The databases of rpm, in each of its three forms and wherever distributions put them. */
export const rpm: DatabaseCataloger = {
  kind: 'database',
  id: 'rpm',
  version: 2,
  maxBytes: 512 * 1024 * 1024,
  folders: [...FOLDERS, 'var/lib/rpmmanifest'],
  packageType: 'rpm',
  wants: (path) => WANTED.has(path),
  read: (tree, distribution, report) => {
    const found = new Map<string, FoundPackage>();
    for (const { file, header } of readHeaders(tree, report)) {
      if (header.name === 'gpg-pubkey') continue;
      const item = packageOfHeader(header, distribution, file.path);
      const key = `${item.name} ${item.version} ${header.arch}`;
      if (!found.has(key)) found.set(key, item);
    }
    return [...found.values()];
  },
};

function* readHeaders(tree: FileTree, report: ReportProblem): Iterable<{ file: TreeFile; header: RpmHeader }> {
  for (const { file, reader, wal } of findDatabases(tree)) {
    const damage = damageReporter(file.path, report);
    const bytes = wal === undefined ? file.bytes : applyWal(file.bytes, wal.bytes);
    for (const blob of reader(bytes, damage)) {
      const header = tryParse(blob, damage);
      if (header !== undefined) yield { file, header };
    }
  }
  const manifest = tree.find(MANIFEST);
  const file = manifest ?? tree.find(NAME_LIST);
  if (file === undefined) return;
  const parse = manifest === undefined ? parseNameList : parseManifest;
  for (const header of parse(file.bytes, damageReporter(file.path, report))) yield { file, header };
}

/** One folder is often a link to another: the same bytes are read once. Rpm leaves an empty file behind at times. */
function* findDatabases(tree: FileTree): Iterable<{ file: TreeFile; reader: HeaderReader; wal: TreeFile | undefined }> {
  const seen: Uint8Array[] = [];
  for (const folder of FOLDERS) {
    for (const [name, reader] of Object.entries(READERS)) {
      const file = tree.find(`${folder}/${name}`);
      const wal = name === SQLITE ? tree.find(`${folder}/${WAL}`) : undefined;
      if (file === undefined || (file.sizeBytes === 0 && !wal?.sizeBytes)) continue;
      if (seen.some((bytes) => bytes === file.bytes || Buffer.compare(bytes, file.bytes) === 0)) continue;
      seen.push(file.bytes);
      yield { file, reader, wal };
    }
  }
}

function tryParse(blob: Uint8Array, damage: Damage): RpmHeader | undefined {
  try {
    return parseRpmHeader(blob);
  } catch (error) {
    damage(messageOf(error));
    return undefined;
  }
}

const MAX_PROBLEMS = 20;

/** A database that is broken everywhere says so a limited number of times. */
function damageReporter(path: string, report: ReportProblem): Damage {
  let problems = 0;
  return (message) => {
    problems += 1;
    if (problems > MAX_PROBLEMS) return;
    const reason = problems === MAX_PROBLEMS ? 'and more of it is broken' : message;
    report({ code: 'database-damaged', message: `cannot read all of the rpm database: ${reason}`, path });
  };
}
