import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Archive, findArchives, readArchive } from '../advisory-folder.ts';
import type { ZipRecord } from '../zip-records.ts';
import type { AdvisorySource, Cursor, SourceStep } from './advisory-source.ts';

/** A folder of `<ecosystem>/all.zip` or `<ecosystem>/*.json`, as OSV publishes it and osv-scanner keeps it. */
export const folder: AdvisorySource = {
  id: 'folder',
  accepts: (location) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(location),
  read: readFolder,
};

async function* readFolder(_tools: unknown, location: string, cursor: Cursor): AsyncGenerator<SourceStep> {
  const archives = [...(await findArchives(location)).values()];
  const fingerprint = await fingerprintOf(archives);
  if (cursor.fingerprint === fingerprint) return;
  yield { records: readAll(archives), complete: true, cursor: () => ({ fingerprint }) };
}

/** A record of several ecosystems lies in several archives; the first one counts. */
async function* readAll(archives: readonly Archive[]): AsyncGenerator<readonly ZipRecord[]> {
  for (const archive of archives) yield* readArchive(archive);
}

/** Over the names, sizes and times of all files. */
async function fingerprintOf(archives: readonly Archive[]): Promise<string> {
  const digest = createHash('sha256');
  for (const archive of archives) {
    const files = archive.kind === 'zip' ? [''] : (await readdir(archive.path)).sort();
    for (const file of files) {
      const { size, mtimeMs } = await stat(join(archive.path, file));
      digest.update(JSON.stringify([archive.path, file, size, mtimeMs]));
    }
  }
  return digest.digest('hex');
}
