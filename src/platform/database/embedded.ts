import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { sleep } from '#kernel/async.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { DATABASE_USER, nameFor, preparePostgresFolder } from './postgres-folder.ts';
import { chooseIdentity, type Identity } from './postgres-identity.ts';
import { removeSocketFolder, SOCKET_PREFIX, stopLeftover } from './postgres-leftover.ts';
import { preparePostgres } from './postgres-program.ts';

export interface EmbeddedOptions {
  /** PostgreSQL's own folder; made when absent. Nobody else may be starting a server on it. */
  readonly folder: string;
  /** Settings beyond ours, such as `{ shared_buffers: '16MB' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False only for data that nobody will miss. */
  readonly durable?: boolean;
  readonly onLeftover?: () => void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason; never rejects. */
  readonly ended: Promise<void>;
  /** Ends sessions, writes a checkpoint, waits for the end. Idempotent. */
  stop(): Promise<void>;
  /** Lets our process end while the server still runs. */
  unref(): void;
}

/**
 * A PostgreSQL server as a child process, reachable only through a socket that only its owner can open. A server
 * left over from a crash is stopped first. Throws one sentence that says what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { folder, durable = true } = options;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const identity = chooseIdentity();
  const program = preparePostgres(identity, join(dirname(folder), 'postgresql-program'));
  if (await stopLeftover(folder)) options.onLeftover?.();
  await preparePostgresFolder({ identity, program }, folder, { sync: durable });

  const socket = chooseSocket(identity, folder);
  const log = openLog(`${folder}.log`);
  const {
    command,
    args,
    options: privileges,
  } = identity.invoke(join(program.folder, 'bin/postgres'), [
    '-D',
    nameFor(identity, folder),
    ...Object.entries({
      ...settingsOf(socket.listenOn, durable),
      ...options.settings,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  // Detached: an interrupt typed at the terminal is for us, who stop the server last.
  const child = spawn(command, args, {
    ...privileges,
    cwd: folder,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log.descriptor);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  }).then(() => removeSocketFolder(socket.connectTo));

  const url = (name: string) =>
    `postgresql://${DATABASE_USER}@localhost/${name}?host=${encodeURIComponent(socket.connectTo)}`;
  const stop = () => stopServer(child, ended);
  try {
    await waitUntilReady(url('postgres'), child, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: url('assay'),
    pid: child.pid ?? 0,
    ended,
    stop,
    unref: () => child.unref(),
  };
}

/** A path that fits into a socket address (sun_path): 104 bytes with the final zero on macOS, 108 on Linux. */
const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

function chooseSocket(identity: Identity, folder: string): { listenOn: string; connectTo: string } {
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= LONGEST_SOCKET_PATH) {
    return { listenOn: nameFor(identity, folder), connectTo: folder };
  }
  const short = mkdtempSync(join(tmpdir(), SOCKET_PREFIX));
  if (identity.owner) chownSync(short, identity.owner.uid, identity.owner.gid);
  return { listenOn: short, connectTo: short };
}

function settingsOf(socketFolder: string, durable: boolean): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    // Each web process holds up to sixteen.
    max_connections: String(Math.max(200, availableParallelism() * 16 + 60)),
    shared_buffers: '256MB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    random_page_cost: '1.1',
    max_wal_size: '2GB',
    jit: 'off',
    // /dev/shm is 64 MB in a container, too small for a parallel hash join.
    dynamic_shared_memory_type: process.platform === 'linux' ? 'sysv' : 'posix',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}

const LARGEST_LOG_BYTES = 16 * 1024 * 1024;

interface Log {
  readonly path: string;
  readonly descriptor: number;
  readonly startedAt: number;
}

function openLog(path: string): Log {
  const descriptor = openSync(path, 'a', 0o600);
  if (statSync(path).size > LARGEST_LOG_BYTES) truncateSync(path);
  return { path, descriptor, startedAt: statSync(path).size };
}

/** Recovery after a crash may take minutes; it is waited for as long as the server lives. */
async function waitUntilReady(url: string, child: ChildProcess, log: Log): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new AppError('unavailable', `cannot start the database: ${reasonIn(log)}`);
    }
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query(`select from pg_database where datname = 'assay'`);
      if (rowCount === 0) await client.query('create database assay');
      return;
    } catch (error) {
      if (!isStarting(error))
        throw new AppError('unavailable', `cannot start the database: ${messageOf(error)}`, { cause: error });
      await sleep(15);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** 57P03: the server is starting up. */
function isStarting(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return (
    ['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code) || /terminated|timeout/.test(messageOf(error))
  );
}

function reasonIn(log: Log): string {
  const lines = readFileSync(log.path).subarray(log.startedAt).toString('utf8').trim().split('\n');
  if (lines.some((line) => line.includes('No space left on device'))) {
    return `no space is left on the disk of ${dirname(log.path)}; free some and start again`;
  }
  const said = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  return `PostgreSQL said "${said.replace(/^.*?(FATAL|PANIC):\s*/, '')}"; see ${log.path}`;
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([ended, sleep(patienceMs, patience.signal).catch(() => undefined)]);
    patience.abort();
  }
  await ended;
}
