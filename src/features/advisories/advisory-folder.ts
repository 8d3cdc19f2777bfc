import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { concernsEcosystem, findEcosystem, parentEcosystem } from '#model/ecosystem.ts';
import type { Problem } from '#model/problem.ts';
import { type AdvisoryIndex, type AffectedAdvisory, keyOf, type PackageKey, type SourceDate } from './advisory.ts';
import { createNameFilter } from './name-filter.ts';
import { parseAdvisory } from './parse-advisory.ts';
import { readZipRecords, type ZipRecord } from './zip-records.ts';

/** A folder as OSV publishes it, read anew at each question, and only where asked for. */
export interface AdvisoryFolder extends AdvisoryIndex {
  /** What could not be read so far. */
  readonly problems: readonly Problem[];
}

/** Where osv-scanner keeps the archives that it downloads. */
const SUBFOLDERS = ['', 'osv-scanner', 'osv-scalibr'];

/** `<ecosystem>/all.zip`, or `<ecosystem>/*.json`. Throws `unusable-input` when there is no such folder. */
export async function openAdvisoryFolder(folder: string): Promise<AdvisoryFolder> {
  const archives = await findArchives(folder);
  const problems: Problem[] = [];
  return {
    problems,
    find: (keys, releases) => findInArchives(archives, { keys, releases }, problems),
    covers: async (ecosystem) => {
      const archive = archives.get(parentEcosystem(ecosystem));
      return archive !== undefined && hasRelease(archive, ecosystem, problems);
    },
    describe: () => describeArchives(archives),
  };
}

export interface Archive {
  readonly ecosystem: string;
  /** A zip, or a folder of JSON files. */
  readonly kind: 'zip' | 'folder';
  readonly path: string;
}

/** By ecosystem. */
export async function findArchives(folder: string): Promise<ReadonlyMap<string, Archive>> {
  const archives = new Map<string, Archive>();
  for (const subfolder of SUBFOLDERS) {
    const base = join(folder, subfolder);
    const entries = await readdir(base, { withFileTypes: true }).catch((cause: unknown) => {
      if (subfolder !== '') return [];
      throw new AppError('unusable-input', `cannot read advisories from ${folder}: ${messageOf(cause)}`, { cause });
    });
    for (const entry of entries) {
      const archive = entry.isFile() ? undefined : await findArchive(join(base, entry.name), entry.name);
      if (archive) archives.set(entry.name, archive);
    }
  }
  return archives;
}

async function findArchive(path: string, ecosystem: string): Promise<Archive | undefined> {
  const files = await readdir(path).catch((): string[] => []);
  if (files.includes('all.zip')) return { ecosystem, kind: 'zip', path: join(path, 'all.zip') };
  return files.some((file) => file.endsWith('.json')) ? { ecosystem, kind: 'folder', path } : undefined;
}

/** Records in batches; what cannot be read is a record of kind `damaged`. */
export async function* readArchive(archive: Archive): AsyncGenerator<readonly ZipRecord[]> {
  if (archive.kind === 'zip') {
    yield* readZipRecords(archive.path);
    return;
  }
  for (const name of await readdir(archive.path)) {
    if (!name.endsWith('.json')) continue;
    yield [{ kind: 'record', name, bytes: await readFile(join(archive.path, name)) }];
  }
}

interface Question {
  readonly keys: readonly PackageKey[];
  readonly releases: ReadonlySet<string> | undefined;
}

/** Most records of a distribution speak of other releases; where releases are compared as text, that shows before it is built. */
function createReleaseFilter(ecosystem: string, releases: ReadonlySet<string> | undefined): (bytes: Buffer) => boolean {
  const row = findEcosystem(ecosystem);
  if (!releases || !row?.released || row.concerns) return () => true;
  const own = [...releases].filter((release) => parentEcosystem(release) === ecosystem);
  const texts = own.map((release) => Buffer.from(JSON.stringify(release)));
  return (bytes) => texts.some((text) => bytes.includes(text));
}

async function findInArchives(
  archives: ReadonlyMap<string, Archive>,
  { keys, releases }: Question,
  problems: Problem[],
): Promise<AffectedAdvisory[]> {
  const wanted = new Set(keys.map((key) => keyOf(key.ecosystem, key.name)));
  const asked = [...Map.groupBy(keys, (key) => key.ecosystem)];
  const found = await Promise.all(
    asked.map(async ([ecosystem, group]) => {
      const archive = archives.get(ecosystem);
      return archive ? findInArchive(archive, { keys: group, releases }, wanted, problems) : [];
    }),
  );
  return found.flat();
}

async function findInArchive(
  archive: Archive,
  { keys, releases }: Question,
  wanted: ReadonlySet<string>,
  problems: Problem[],
): Promise<AffectedAdvisory[]> {
  const names = keys.map((key) => key.name);
  const mayConcern = createNameFilter(names, findEcosystem(archive.ecosystem)?.normalizeName);
  const mayConcernRelease = createReleaseFilter(archive.ecosystem, releases);
  const found: AffectedAdvisory[] = [];
  await forEachRecord(archive, problems, (record) => {
    if (!mayConcern(record.bytes) || !mayConcernRelease(record.bytes)) return 'more';
    const advisory = parseAdvisory(parseJson(record.bytes, record.name, { maxBytes: record.bytes.length }));
    for (const affected of advisory.affected) {
      const key = keyOf(parentEcosystem(affected.ecosystem), affected.name);
      if (wanted.has(key)) found.push({ advisory, affected });
    }
    return 'more';
  });
  return found;
}

type GoodRecord = Extract<ZipRecord, { kind: 'record' }>;

/** A record that cannot be read is a problem, and the others are read. Ends when `use` answers `'enough'`. */
async function forEachRecord(
  archive: Archive,
  problems: Problem[],
  use: (record: GoodRecord) => 'enough' | 'more',
): Promise<void> {
  try {
    for await (const batch of readArchive(archive)) {
      for (const record of batch) {
        if (tryRecord(archive, record, problems, use) === 'enough') return;
      }
    }
  } catch (error) {
    problems.push(problemOf(archive.path, messageOf(error)));
  }
}

function tryRecord(
  archive: Archive,
  record: ZipRecord,
  problems: Problem[],
  use: (record: GoodRecord) => 'enough' | 'more',
): 'enough' | 'more' {
  try {
    if (record.kind === 'damaged') throw new AppError('unusable-input', record.reason);
    return use(record);
  } catch (error) {
    problems.push(problemOf(archive.path, `${record.name}: ${messageOf(error)}`));
    return 'more';
  }
}

function problemOf(path: string, reason: string): Problem {
  return {
    code: 'advisories-damaged',
    message: `cannot read advisories from ${path}: ${reason}`,
    path: null,
    layer: null,
  };
}

/** Releases are mostly compared as text; where they are not, the records have to be built. */
async function hasRelease(archive: Archive, ecosystem: string, problems: Problem[]): Promise<boolean> {
  const exact = Buffer.from(`"${ecosystem}"`);
  const byText = findEcosystem(ecosystem)?.concerns === undefined;
  let covered = false;
  await forEachRecord(archive, problems, ({ name, bytes }) => {
    covered = bytes.includes(exact);
    if (!covered && !byText) {
      const { affected } = parseAdvisory(parseJson(bytes, name, { maxBytes: bytes.length }));
      covered = affected.some((entry) => concernsEcosystem(entry.ecosystem, ecosystem));
    }
    return covered ? 'enough' : 'more';
  });
  return covered;
}

async function describeArchives(archives: ReadonlyMap<string, Archive>): Promise<SourceDate[]> {
  const dates: SourceDate[] = [];
  for (const { ecosystem, path } of archives.values()) {
    const { mtime } = await stat(path);
    dates.push({ source: ecosystem, date: mtime.toISOString() });
  }
  return dates;
}
