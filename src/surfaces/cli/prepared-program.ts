import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a bundle was made of; it is used only while every source is as it was. */
export interface PreparedFrom {
  readonly entry: string;
  readonly inputs: readonly (readonly [path: string, sizeBytes: number, modifiedMs: number])[];
}

const ROOT = join(import.meta.dirname, '../../..');
/** Beside the compile cache; both may be deleted at any time. */
export const preparedFolder: string = join(ROOT, '.cache/cli');

export function readPrepared(folder: string): PreparedFrom | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'prepared.json'), 'utf8')) as PreparedFrom;
  } catch {
    return undefined; // none was made yet
  }
}

export function isPresent({ inputs }: PreparedFrom): boolean {
  return inputs.every(([path, sizeBytes, modifiedMs]) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && found.size === sizeBytes && found.mtimeMs === modifiedMs;
  });
}

/**
 * The path of the `scan` command's modules in one file, made anew when a source has changed. Undefined where that cannot be
 * done (a folder that is not ours, no bundler): the sources are run as they are, which is slower and nothing else.
 */
export async function prepareProgram(folder: string = preparedFolder): Promise<string | undefined> {
  const known = readPrepared(folder);
  if (known && isPresent(known)) return known.entry;
  try {
    const { bundleProgram } = await import('./bundle-program.ts');
    return await bundleProgram(join(import.meta.dirname, 'run.ts'), folder);
  } catch {
    return undefined; // the sources will say what is wrong with them
  }
}
