import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { sql } from 'kysely';
import { temporaryFolder } from '#testkit/temporary.ts';
import { openDatabase } from './database.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded.ts';

const settings = { shared_buffers: '16MB', max_connections: '20' };

async function ask(server: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  const db = openDatabase({ url: server.url, applicationName: 'test' });
  const { rows } = await sql.raw(statement).execute(db);
  await db.destroy();
  return rows;
}

test('what was written is there after a stop and a start', async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, 'postgres');
  const first = await startEmbedded({ folder, durable: false, settings });
  await ask(first, 'create table kept as select 1 as one');
  await first.stop();
  const second = await startEmbedded({ folder, durable: false, settings });
  assert.deepEqual(await ask(second, 'select one from kept'), [{ one: 1 }]);
  await second.stop();
  assert.equal(existsSync(join(folder, 'postmaster.pid')), false);
});

test('a server whose starter was killed is stopped, and what it had committed is there', async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, 'postgres');
  const program = `
    import { startEmbedded } from '#platform/database/embedded.ts';
    const server = await startEmbedded(${JSON.stringify({ folder, settings })});
    console.log(JSON.stringify({ url: server.url, pid: server.pid }));
    setInterval(() => undefined, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value } = await createInterface({ input: starter.stdout })[Symbol.asyncIterator]().next();
  await ask(JSON.parse(value ?? ''), 'create table kept as select 1 as one');
  starter.kill('SIGKILL');
  let leftovers = 0;
  const server = await startEmbedded({ folder, settings, onLeftover: () => (leftovers += 1) });
  assert.equal(leftovers, 1);
  assert.deepEqual(await ask(server, 'select one from kept'), [{ one: 1 }]);
  await server.stop();
});

test('a folder too deep for a socket address gets its socket elsewhere', async () => {
  await using temporary = await temporaryFolder();
  const server = await startEmbedded({
    folder: join(temporary.path, 'd'.repeat(100), 'postgres'),
    durable: false,
    settings,
  });
  assert.deepEqual(await ask(server, 'select 1 as one'), [{ one: 1 }]);
  await server.stop();
});

test('a folder of another PostgreSQL version is refused', async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, 'postgres');
  await mkdir(folder);
  await writeFile(join(folder, 'PG_VERSION'), '12\n');
  await assert.rejects(startEmbedded({ folder }), /was written by PostgreSQL 12, and this version of Assay brings 18/);
});
