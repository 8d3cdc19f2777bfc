import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';

/** What a PostgreSQL wrote into `postmaster.pid` (PostgreSQL documentation, "Database File Layout"). */
interface PidFile {
  readonly pid: number;
  readonly socketFolder: string;
}

/**
 * Stops a server that outlived its supervisor, and removes what a killed one left behind. The caller owns the folder,
 * so whatever still runs on it is a leftover. Returns whether there was one.
 */
export async function stopLeftover(folder: string): Promise<boolean> {
  const path = join(folder, 'postmaster.pid');
  const file = readPidFile(path);
  if (!file) return false;
  for (const [signal, patienceMs] of STEPS) {
    const running = processesOn(folder, file.pid);
    if (running.length === 0) break;
    // The postmaster tells its children; they are signalled only when it is gone.
    signalAll(running.includes(file.pid) ? [file.pid] : running, signal);
    await goneWithin(folder, file.pid, patienceMs);
  }
  if (processesOn(folder, file.pid).length > 0) {
    throw new AppError('conflict', `cannot use ${folder}: process ${file.pid} still works on it; stop that process`);
  }
  rmSync(path, { force: true });
  rmSync(join(folder, '.s.PGSQL.5432.lock'), { force: true });
  removeSocketFolder(file.socketFolder);
  return true;
}

/** A socket folder of our own making; any other is left alone. */
export function removeSocketFolder(folder: string): void {
  if (dirname(folder) === tmpdir() && basename(folder).startsWith(SOCKET_PREFIX)) {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const SOCKET_PREFIX = 'assay-socket-';

const STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 15_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

function readPidFile(path: string): PidFile | undefined {
  try {
    const [pid = '', , , , socketFolder = ''] = readFileSync(path, 'utf8').split('\n');
    return { pid: Math.abs(Number(pid)) || 0, socketFolder };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Every process of a server works inside its data folder; that tells it from a stranger that got the same number. */
function processesOn(folder: string, pid: number): number[] {
  if (process.platform !== 'linux') return isServer(pid) ? [pid] : [];
  const real = realpathSync(folder);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && worksIn(name, real))
    .map(Number);
}

function worksIn(pid: string, folder: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === folder && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
    );
  } catch {
    // Gone in the meantime, or another user's.
    return false;
  }
}

function isServer(pid: number): boolean {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], {
      encoding: 'utf8',
    }).includes('postgres');
  } catch {
    return false;
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function goneWithin(folder: string, pid: number, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 50) {
    if (processesOn(folder, pid).length === 0) return;
    await sleep(50);
  }
}
