import { formatPurl } from '#formats/purl/purl.ts';
import { isZip, readZip, type ZipEntry } from '#formats/zip/zip.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { FileCataloger, FoundPackage, ReportProblem } from '../cataloger.ts';
import { identifyArchive, type PomEntry } from './java/identity.ts';
import { parseJarManifest } from './java/manifest.ts';
import { type Coordinates, parsePomProperties, parsePomXml } from './java/pom.ts';

const ARCHIVE = /\.(?:jar|war|ear|par|sar|nar|jpi|hpi|kar|lpkg)$/i;
/** Other things use the other names as well. */
const ALWAYS_ARCHIVE = /\.(?:jar|war|ear)$/i;
const POM = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml)$/;

const MAX_DEPTH = 12;
const MAX_ARCHIVES = 10_000;
const MAX_ENTRIES = 1_000_000;
const MAX_INFLATED_BYTES = 2 * 1024 * 1024 * 1024;
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Java archives and the archives in them, to any sensible depth. */
export const java: FileCataloger = {
  kind: 'file',
  id: 'java',
  version: 1,
  maxBytes: MAX_ARCHIVE_BYTES,
  byPath: true,
  wants: ({ path, sizeBytes }) => sizeBytes > 0 && ARCHIVE.test(path),
  read: (file, report) => {
    const walk: Walk = {
      packages: [],
      report,
      archivesLeft: MAX_ARCHIVES,
      entriesLeft: MAX_ENTRIES,
      bytesLeft: MAX_INFLATED_BYTES,
      isLimited: false,
    };
    if (isZip(file.bytes) || ALWAYS_ARCHIVE.test(file.path)) readArchive(walk, file.path, file.bytes, []);
    return walk.packages;
  },
};

/** The state of reading one file, nested archives included: what it may still cost. */
interface Walk {
  readonly packages: FoundPackage[];
  readonly report: ReportProblem;
  archivesLeft: number;
  entriesLeft: number;
  bytesLeft: number;
  /** Whether it was told that something was left out. */
  isLimited: boolean;
}

/** `ancestors` are the names of the archives around this one: an archive that holds itself is listed once. */
function readArchive(walk: Walk, path: string, bytes: Uint8Array, ancestors: readonly string[]): void {
  const problem = (code: string, message: string) => walk.report({ code, message, path });
  walk.archivesLeft -= 1;
  if (walk.archivesLeft < 0 || walk.entriesLeft <= 0 || ancestors.length > MAX_DEPTH) {
    if (!walk.isLimited) problem('limit-reached', 'cannot read the Java archive: its archives hold too many others');
    walk.isLimited = true;
    return;
  }
  const entries = readZip(bytes, damageReporter(problem), walk.entriesLeft);
  walk.entriesLeft -= entries.length;
  const read = (entry: ZipEntry, maxBytes: number) => readEntry(walk, entry, maxBytes, problem);

  const identity = identifyArchive(path, readPoms(entries, read), readManifest(entries, read));
  const name = identity.own === undefined ? path : nameOf(identity.own);
  if (identity.own !== undefined && !ancestors.includes(name)) walk.packages.push(packageOf(identity.own, path));
  for (const { entry, coordinates } of identity.shaded) {
    const isKnown = ancestors.includes(nameOf(coordinates)) || nameOf(coordinates) === name;
    if (!isKnown) walk.packages.push(packageOf(coordinates, `${path}!${entry}`));
  }
  for (const entry of entries) {
    if (walk.archivesLeft < 0) return;
    if (!ARCHIVE.test(entry.name) || entry.sizeBytes === 0) continue;
    const nested = read(entry, MAX_ARCHIVE_BYTES);
    if (nested !== undefined && isZip(nested)) readArchive(walk, `${path}!${entry.name}`, nested, [...ancestors, name]);
    else if (nested !== undefined && ALWAYS_ARCHIVE.test(entry.name)) {
      problem('archive-damaged', `cannot read "${entry.name}" in the Java archive: it is no zip archive`);
    }
  }
}

type ReadEntry = (entry: ZipEntry, maxBytes: number) => Uint8Array | undefined;
type Problem = (code: string, message: string) => void;

function readEntry(walk: Walk, entry: ZipEntry, maxBytes: number, problem: Problem): Uint8Array | undefined {
  try {
    const bytes = entry.read(Math.min(maxBytes, walk.bytesLeft));
    walk.bytesLeft -= bytes.length;
    return bytes;
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'archive-damaged';
    problem(code, `cannot read all of the Java archive: ${messageOf(error)}`);
    return undefined;
  }
}

function readManifest(entries: readonly ZipEntry[], read: ReadEntry): ReadonlyMap<string, string> {
  const entry = entries.find(({ name }) => name.toUpperCase() === 'META-INF/MANIFEST.MF');
  const bytes = entry && read(entry, MAX_TEXT_BYTES);
  return parseJarManifest(bytes === undefined ? '' : new TextDecoder().decode(bytes));
}

/** Where both forms lie in one folder, `pom.properties` holds what was really built. */
function readPoms(entries: readonly ZipEntry[], read: ReadEntry): PomEntry[] {
  const poms = new Map<string, PomEntry>();
  const candidates = entries.filter(({ name }) => POM.test(name));
  for (const entry of candidates.sort((a, b) => Number(a.name.endsWith('l')) - Number(b.name.endsWith('l')))) {
    const folder = entry.name.slice(0, entry.name.lastIndexOf('/'));
    if (poms.has(folder)) continue;
    const bytes = read(entry, MAX_TEXT_BYTES);
    if (bytes === undefined) continue;
    const text = new TextDecoder().decode(bytes);
    const coordinates = entry.name.endsWith('.xml') ? parsePomXml(text) : parsePomProperties(text);
    if (coordinates !== undefined) poms.set(folder, { entry: entry.name, coordinates });
  }
  return [...poms.values()];
}

function nameOf({ groupId, artifactId, version }: Coordinates): string {
  return `${groupId}:${artifactId}:${version}`;
}

function packageOf({ groupId, artifactId, version }: Coordinates, path: string): FoundPackage {
  return {
    name: `${groupId}:${artifactId}`,
    version,
    ecosystem: 'Maven',
    purl: formatPurl({ type: 'maven', namespace: groupId, name: artifactId, version }),
    path,
  };
}

const MAX_PROBLEMS = 20;

function damageReporter(problem: Problem): (message: string) => void {
  let problems = 0;
  return (message) => {
    problems += 1;
    if (problems > MAX_PROBLEMS) return;
    const reason = problems === MAX_PROBLEMS ? 'and more of it is broken' : message;
    problem('archive-damaged', `cannot read all of the Java archive: ${reason}`);
  };
}
