import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { nameFor } from '#platform/database/postgres-folder.ts';
import { chooseIdentity, giveTo, type Invocation } from '#platform/database/postgres-identity.ts';
import { findPeer } from './peers.ts';
import { temporaryFolder } from './temporary.ts';

/** A PostgreSQL of the system's own, of whatever version it brings, with the programs that belong to it. */
export interface OutsidePostgres extends AsyncDisposable {
  /** The folder of `pg_dump`, `pg_restore` and the rest. */
  readonly programs: string;
  createDatabase(name: string): Promise<string>;
}

/** The newest that is installed where Debian puts it, or on the path; undefined where there is none. */
function findPrograms(): string | undefined {
  const [newest] = globSync('/usr/lib/postgresql/*/bin/postgres').sort().reverse();
  const found = newest ?? findPeer('postgres');
  return found && join(found, '..');
}

/** For the `skip` option, as `withoutPeers`. */
export function withoutOutsidePostgres(): string | false {
  if (findPrograms()) return false;
  const reason = "needs a PostgreSQL server of the system's own (.ci/peers.sh brings it)";
  if (process.env.ASSAY_TEST_REQUIRE_PEERS) throw new Error(reason);
  return reason;
}

const START_MS = 30_000;

export async function startOutsidePostgres(): Promise<OutsidePostgres> {
  await using stack = new AsyncDisposableStack();
  const programs = findPrograms();
  if (!programs) throw new Error('no PostgreSQL server is installed');
  const temporary = stack.use(await temporaryFolder());
  const folder = join(temporary.path, 'pg');
  mkdirSync(folder, { mode: 0o700 });
  const identity = chooseIdentity();
  const name = nameFor(identity, folder);
  giveTo(identity.nameOwner, folder);
  const made = start(
    identity.invokeNamed(join(programs, 'initdb'), [
      ...['--pgdata', name, '--username=assay', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    ]),
    folder,
  );
  const [code] = await once(made, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  giveTo(identity.owner, folder);
  const settings = { listen_addresses: '', unix_socket_directories: name, max_connections: '200', fsync: 'off' };
  const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const server = start(identity.invoke(join(programs, 'postgres'), ['-D', name, ...args]), folder);
  const kill = () => void server.kill('SIGQUIT');
  process.once('exit', kill);
  stack.defer(async () => {
    process.off('exit', kill);
    const ended = once(server, 'exit');
    if (server.exitCode === null && server.kill('SIGINT')) await ended;
  });
  const urlOf = (database: string) => `postgresql://assay@localhost/${database}?host=${encodeURIComponent(folder)}`;
  await untilReady(urlOf('postgres'));
  const opened = stack.move();
  return {
    programs,
    async createDatabase(database) {
      await query(urlOf('postgres'), `create database ${pg.escapeIdentifier(database)}`);
      return urlOf(database);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function start({ command, args, options }: Invocation, cwd: string) {
  return spawn(command, args, { ...options, cwd, stdio: 'ignore', env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
}

async function untilReady(url: string): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      return await query(url, 'select 1');
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // told by connect
  await client.connect();
  await client.query(text).finally(() => client.end());
}
