import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PreparedFrom } from './prepared-program.ts';

const SOURCES = join(import.meta.dirname, '../..');
const LOCKFILE = join(SOURCES, '../node_modules/.package-lock.json');
/** Programs may still run from what was made before. */
const KEEP_MS = 60 * 60_000;

interface Chunk {
  readonly fileName: string;
  readonly isEntry?: boolean;
  readonly moduleIds?: readonly string[];
}

interface Rolldown {
  rolldown(options: unknown): Promise<{
    write(options: unknown): Promise<{ readonly output: readonly Chunk[] }>;
    close(): Promise<void>;
  }>;
}

/** The bundler that Vite brings. */
async function loadBundler(): Promise<Rolldown> {
  const vite = createRequire(import.meta.url).resolve('vite');
  return (await import(pathToFileURL(createRequire(vite).resolve('rolldown')).href)) as Rolldown;
}

/** Our import names; the other commands are left where they are. */
const ownModules = {
  name: 'own-modules',
  resolveId(id: string, importer: string | undefined) {
    if (id.startsWith('#')) return join(SOURCES, id.slice(1));
    const isOtherCommand = importer === join(import.meta.dirname, 'index.ts') && id !== './scan.ts';
    return isOtherCommand ? { id: join(import.meta.dirname, id), external: 'absolute' } : undefined;
  },
};

function stampOf(path: string): PreparedFrom['inputs'][number] {
  const { size, mtimeMs } = statSync(path);
  return [path, size, mtimeMs];
}

/** Bundles a module and what it imports, with source maps, into a folder of its own; gives back the path of its entry. */
export async function bundleProgram(input: string, folder: string, sources: string = SOURCES): Promise<string> {
  const startedAt = Date.now();
  const target = join(folder, randomUUID());
  mkdirSync(target, { recursive: true });
  const { rolldown } = await loadBundler();
  const bundle = await rolldown({
    input,
    platform: 'node',
    // Native and WebAssembly modules look for files beside themselves.
    external: [/^@(?:virustotal|litko)\//],
    plugins: [ownModules],
  });
  const { output } = await bundle.write({ dir: target, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true });
  await bundle.close();
  const entry = output.find((chunk) => chunk.isEntry);
  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []).filter((id) => id.startsWith(sources));
  const prepared: PreparedFrom = {
    entry: join(target, entry?.fileName ?? ''),
    inputs: [...modules, import.meta.filename, LOCKFILE].map(stampOf),
  };
  // A source that was written meanwhile may have been read before that.
  if (prepared.inputs.every(([, , modifiedMs]) => modifiedMs < startedAt)) {
    writeFileSync(join(target, 'prepared.json'), JSON.stringify(prepared));
    renameSync(join(target, 'prepared.json'), join(folder, 'prepared.json'));
  }
  removeOld(folder, target);
  return prepared.entry;
}

function removeOld(folder: string, present: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path !== present && Date.now() - statSync(path).mtimeMs > KEEP_MS) rmSync(path, { recursive: true });
  }
}
