import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '#kernel/errors.ts';
import { giveTo, type Identity } from './postgres-identity.ts';
import type { Program } from './postgres-program.ts';

/** The database's own user, who may do everything in it. */
export const DATABASE_USER = 'assay';

/** Makes the folder of a new PostgreSQL, complete or not at all, or checks that an existing one fits the program. */
export async function preparePostgresFolder(
  { identity, program }: { identity: Identity; program: Program },
  folder: string,
  { sync }: { sync: boolean },
): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) {
    checkVersion(folder, program);
    giveTo(identity.owner, folder);
    return;
  }
  removePartial(folder);
  // A name of its own: an initdb whose starter was killed may still be writing into the last one.
  const partial = `${folder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  giveTo(identity.nameOwner, partial);
  await runInitdb({ identity, program }, partial, sync);
  giveTo(identity.owner, partial);
  renameSync(partial, folder);
}

function removePartial(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.partial-`)) continue;
    rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The folder as the identity names it: it may be unable to walk there, but it is put into it. */
export function nameFor(identity: Identity, folder: string): string {
  return identity.kind !== 'self' && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

function checkVersion(folder: string, program: Program): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const ours = program.version.split('.')[0] ?? '';
  if (found === ours) return;
  throw new AppError(
    'conflict',
    `cannot start the database: ${folder} was written by PostgreSQL ${found}, and this version of Assay brings ${ours}; ` +
      `start the version of Assay that wrote it, or move the content over with pg_dump`,
  );
}

async function runInitdb(
  { identity, program }: { identity: Identity; program: Program },
  folder: string,
  sync: boolean,
): Promise<void> {
  const { command, args, options } = identity.invokeNamed(join(program.folder, 'bin/initdb'), [
    `--pgdata=${nameFor(identity, folder)}`,
    `--username=${DATABASE_USER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync', '--wal-segsize=1']),
  ]);
  const child = spawn(command, args, {
    ...options,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[code], output] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  if (code === 0) return;
  rmSync(folder, { recursive: true, force: true });
  throw new AppError('unavailable', `cannot create the database in ${folder}: ${reasonOf(output)}`);
}

function reasonOf(output: string): string {
  if (output.includes('No space left on device')) return 'no space is left on the disk; free some and start again';
  if (output.includes('could not look up effective user ID')) {
    return 'the user that runs Assay has no name in /etc/passwd; start as a named user, or set ASSAY_DATABASE_URL';
  }
  return output.trim().split('\n').at(-1) || 'initdb ended without saying why';
}
