import { type FileName, parseFileName } from './file-name.ts';
import { guessGroupId } from './group-id.ts';
import type { Coordinates } from './pom.ts';

/** Maven metadata found in an archive, with the entry that holds it. */
export interface PomEntry {
  readonly entry: string;
  readonly coordinates: Coordinates;
}

export interface ArchiveIdentity {
  /** What the archive itself is, or undefined when nothing says so. */
  readonly own: Coordinates | undefined;
  /** What was copied into it: other projects' metadata came along with their classes. */
  readonly shaded: readonly PomEntry[];
}

/** Tells the archive's own identity from that of parts which were shaded into it. */
export function identifyArchive(
  path: string,
  poms: readonly PomEntry[],
  manifest: ReadonlyMap<string, string>,
): ArchiveIdentity {
  const fileName = parseFileName(path);
  const ownPom = findOwnPom(fileName, poms);
  if (ownPom !== undefined) return { own: ownPom.coordinates, shaded: poms.filter((pom) => pom !== ownPom) };
  return { own: withoutPom(fileName, manifest), shaded: poms };
}

function findOwnPom(fileName: FileName, poms: readonly PomEntry[]): PomEntry | undefined {
  const named = poms.filter((pom) => pom.coordinates.artifactId === fileName.artifactId);
  const exact = named.find((pom) => pom.coordinates.version === fileName.version);
  if (exact ?? named[0]) return exact ?? named[0];
  const [only] = poms;
  if (only === undefined || poms.length > 1) return undefined;
  // A single pom under another name: an archive that was renamed, unless the version says otherwise.
  return fileName.version === undefined || fileName.version === only.coordinates.version ? only : undefined;
}

function withoutPom(fileName: FileName, manifest: ReadonlyMap<string, string>): Coordinates | undefined {
  const artifactId =
    plainName(manifest.get('short-name')) ||
    (fileName.version === undefined ? plainName(manifest.get('implementation-title')) : undefined) ||
    fileName.artifactId;
  const version = fileName.version ?? VERSIONS.map((name) => manifest.get(name)?.trim()).find(isVersion);
  if (version === undefined || artifactId === '') return undefined;
  return { groupId: guessGroupId(artifactId, manifest), artifactId, version };
}

const VERSIONS = ['plugin-version', 'implementation-version', 'bundle-version', 'specification-version'];

function isVersion(text: string | undefined): boolean {
  return text !== undefined && /^v?\d[\w.+-]{0,99}$/.test(text);
}

/** A title such as "Apache Tomcat" names a product, not an artifact. */
function plainName(title: string | undefined): string | undefined {
  const name = title?.trim() ?? '';
  return /^[A-Za-z][\w.-]{0,99}$/.test(name) ? name : undefined;
}
