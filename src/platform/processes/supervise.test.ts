import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { sleep } from '#kernel/async.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const here = new URL('.', import.meta.url).href;

/** A server whose web processes answer with their number, after the milliseconds that the path names. */
const PROCESS = `
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createMetrics } from '${here}../telemetry/metrics.ts';
import { runProcess } from '${here}run-process.ts';
writeFileSync(process.env.PIDS + '/' + process.pid, process.argv[2]);
const metrics = createMetrics(process.argv[2]);
await runProcess({ metrics, settleMs: 1000, async start({ role }, supervisor) {
  if (role !== 'web') return { async [Symbol.asyncDispose]() {} };
  let caughtUp = 0;
  supervisor.onCatchUp(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    caughtUp += 1;
    writeFileSync(process.env.PIDS + '/caught-up-' + process.pid, String(caughtUp));
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/settle') {
      const began = performance.now();
      await supervisor.settle();
      return response.end(String(performance.now() - began));
    }
    if (request.url === '/metrics') return response.end(await supervisor.renderAllMetrics());
    setTimeout(() => response.end(String(process.pid)), Number(request.url.slice(1)));
  });
  server.listen(Number(process.env.ASSAY_PORT), '127.0.0.1');
  await once(server, 'listening');
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => { server.close(resolve); server.closeIdleConnections(); }) };
} });`;

const SUPERVISOR = `
import { readConfig } from '${here}../config/config.ts';
import { createLogger } from '${here}../telemetry/logger.ts';
import { supervise } from '${here}supervise.ts';
const { config } = readConfig(process.env);
try {
  await supervise({
    config,
    log: createLogger({ level: 'silent', name: 'supervisor' }),
    entry: new URL('process.ts', import.meta.url),
    onReady: () => console.log('ready'),
  });
} catch (error) {
  console.log(error.message);
  process.exit(1);
}`;

interface Server {
  readonly supervisor: ChildProcess;
  readonly firstLine: string;
  get(path: string): Promise<string>;
  pids(): number[];
}

async function start(folder: string, port: number): Promise<Server> {
  writeFileSync(join(folder, 'process.ts'), PROCESS);
  writeFileSync(join(folder, 'supervisor.ts'), SUPERVISOR);
  const env = {
    PATH: process.env.PATH,
    PIDS: folder,
    ASSAY_DATA: join(folder, 'data'),
    ASSAY_PORT: String(port),
    ASSAY_WEB_PROCESSES: '2',
  };
  const supervisor = spawn(process.execPath, [join(folder, 'supervisor.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(supervisor.stdout, 'data')) as [Buffer];
  return {
    supervisor,
    firstLine: line.toString().trim(),
    get: async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { connection: 'close' } })).text(),
    pids: () => {
      const postmaster = Number(readFileSync(join(folder, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0]);
      return [
        ...readdirSync(folder)
          .filter((name) => /^\d+$/.test(name))
          .map(Number),
        postmaster,
      ];
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // An orphan that nobody has waited for is dead all the same.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function endAll(server: Server): Promise<void> {
  const ended = once(server.supervisor, 'exit');
  server.supervisor.kill('SIGTERM');
  await ended;
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 50) {
    if (!pids.some(isAlive)) return true;
    await sleep(50);
  }
  return false;
}

test('requests are answered before the end, and nothing is left after it', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path, await freePort());
  assert.equal(server.firstLine, 'ready');
  assert.match(await server.get('metrics'), /process_cpu_seconds_total\{process="work"\}/);
  const pids = server.pids();
  assert.equal(pids.length, 5);
  const slow = server.get('800');
  await sleep(200);
  server.supervisor.kill('SIGTERM');
  assert.match(await slow, /^\d+$/);
  assert.deepEqual(await once(server.supervisor, 'exit'), [0, null]);
  assert.deepEqual(pids.filter(isAlive), []);
});

test('a process that ends is started again', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path, await freePort());
  const first = Number(await server.get('0'));
  process.kill(first, 'SIGKILL');
  await sleep(1_500);
  const answers = new Set(await Promise.all(Array.from({ length: 8 }, () => server.get('0'))));
  assert.equal(answers.has(String(first)), false);
  assert.equal(answers.size, 2);
  server.supervisor.kill('SIGINT');
  await once(server.supervisor, 'exit');
});

test('processes end with a supervisor that is killed, and the next start cleans up', async () => {
  await using folder = await temporaryFolder();
  const port = await freePort();
  const killed = await start(folder.path, port);
  const pids = killed.pids();
  killed.supervisor.kill('SIGKILL');
  await once(killed.supervisor, 'exit');
  const next = await start(folder.path, port);
  assert.equal(next.firstLine, 'ready');
  assert.ok(await allGone(pids));
  next.supervisor.kill('SIGTERM');
  await once(next.supervisor, 'exit');
});

test('a port that is taken is told in a sentence', async () => {
  await using folder = await temporaryFolder();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const server = await start(folder.path, typeof address === 'object' && address ? address.port : 0);
  assert.match(
    server.firstLine,
    /^cannot listen on 127\.0\.0\.1:\d+: another program uses this port; stop it, or set ASSAY_PORT/,
  );
  other.close();
});

test('a change is settled when every web process has caught up, or has ended, or its time is over', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path, await freePort());
  await using _ended = { [Symbol.asyncDispose]: () => endAll(server) };
  const caughtUp = () => {
    const marks = readdirSync(folder.path).filter((name) => name.startsWith('caught-up-'));
    return Math.min(...marks.map((name) => Number(readFileSync(join(folder.path, name), 'utf8'))));
  };
  const [first, second] = await Promise.all([server.get('0'), server.get('0')]).then((pids) => pids.map(Number));
  assert.notEqual(first, second);
  await server.get('settle');
  assert.equal(caughtUp(), 1);
  await Promise.all(Array.from({ length: 10 }, () => server.get('settle')));
  assert.ok(caughtUp() >= 2 && caughtUp() < 8, 'those that wait share a run');

  process.kill(second ?? 0, 'SIGSTOP');
  // Requests go to the processes in turn, also to the one that is stopped: whichever comes first is answered.
  const waited = Number(await Promise.race([server.get('settle'), server.get('settle')]));
  assert.ok(waited > 990, `${waited} ms`);
  const settled = Promise.race([server.get('settle'), server.get('settle')]);
  process.kill(second ?? 0, 'SIGKILL');
  await settled;
});
