import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import { type Migration, migrate } from '#platform/database/migrations.ts';
import { preparePostgresFolder } from '#platform/database/postgres-folder.ts';
import { chooseIdentity } from '#platform/database/postgres-identity.ts';
import { preparePostgres } from '#platform/database/postgres-program.ts';

/**
 * A fresh migrated database on this test process's own throw-away PostgreSQL. Close it with `destroy()`. The server
 * goes when the process ends, however it ends.
 */
export async function testDatabase(migrations: readonly Migration[]): Promise<Database> {
  const db = openDatabase({ url: await testDatabaseUrl(), applicationName: 'test', allowExitOnIdle: true });
  await migrate(db, migrations);
  return db;
}

/** As `testDatabase`, empty, for those who open it themselves. */
export async function testDatabaseUrl(): Promise<string> {
  server ??= startServer();
  const base = await server;
  databases += 1;
  const name = `test_${process.pid}_${databases}`;
  const maintenance = openDatabase({ url: base, applicationName: 'test', poolSize: 1 });
  await sql`create database ${sql.id(name)}`.execute(maintenance);
  await maintenance.destroy();
  return withName(base, name);
}

// One server for a whole test process: starting one takes a second.
let server: Promise<string> | undefined;
let databases = 0;

function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function startServer(): Promise<string> {
  const given = process.env.ASSAY_TEST_DATABASE_URL;
  if (given) return given;
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-database-'));
  await copyTemplate(join(folder, 'postgres'));
  const started = await startEmbedded({
    folder: join(folder, 'postgres'),
    durable: false,
    settings: { shared_buffers: '24MB', max_connections: '60', max_wal_size: '256MB', io_method: 'sync' },
  });
  started.unref();
  removeAtEnd(started.pid, folder);
  return started.url;
}

/** An empty server's folder, made once for this checkout: copying it takes a tenth of the time of making one. */
async function copyTemplate(folder: string): Promise<void> {
  const cache = join(import.meta.dirname, '../.cache');
  const identity = chooseIdentity();
  const program = preparePostgres(identity, cache);
  const template = join(cache, `test-postgres-${program.version}-${process.getuid?.() ?? 0}`);
  try {
    await mkdir(cache, { recursive: true });
    await preparePostgresFolder({ identity, program }, template, { sync: false });
  } catch {
    // Another test process was first, or this folder is not ours to write to.
    if (!existsSync(join(template, 'PG_VERSION'))) return;
  }
  cpSync(template, folder, { recursive: true });
}

/** Waits in a process of its own for the end of this one, which closes its input even when killed. */
function removeAtEnd(pid: number, folder: string): void {
  const script = `trap '' INT TERM HUP; read -r line
kill -QUIT "$1" 2>/dev/null
for wait in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
rm -rf "$2"`;
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
}
