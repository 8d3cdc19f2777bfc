import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AssayClient, createAssayClient, type Person } from './assay-client.ts';
import { nameOfProcess, processesOf } from './leftover.ts';
import { type Outcome, run, succeed } from './peers.ts';
import { temporaryFolder } from './temporary.ts';

const root = join(import.meta.dirname, '..');
const START_MS = 120_000;
const STOP_MS = 30_000;

export interface TestAssay extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  readonly dataFolder: string;
  readonly admin: Person;
  /** `/api/v1` as the administrator. */
  readonly api: AssayClient;
  /** `bin/assay` as the administrator; throws when it fails. Returns what it printed. */
  cli(...args: readonly string[]): Promise<string>;
  /** As `cli`, for what may fail. */
  tryCli(...args: readonly string[]): Promise<Outcome>;
  /** Asks the server to end and returns its exit code when it has. */
  stop(): Promise<number>;
  /**
   * `kill -9` of the supervisor's group. PostgreSQL has a group of its own and is left over, as after a crash, unless it is
   * killed with everything else.
   */
  kill(what?: 'everything'): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** What it has printed since it was first started. */
  log(): string;
  /** The processes of it that run. */
  processes(): number[];
  /** The command lines of what still runs. */
  leftover(): string[];
}

export interface TestAssayOptions {
  /** Settings beyond folder, port and quiet defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** Paths of PEM files; the server then speaks TLS. `trustAuthority` lets this process reach it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Called with the data folder, which does not exist yet, before the first start. */
  readonly prepare?: (dataFolder: string) => Promise<void>;
  /** The address to listen on; loopback by default. */
  readonly address?: string;
  /** What is started; the server itself by default. */
  readonly command?: readonly [program: string, ...args: string[]];
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** This process's environment, with every setting of Assay's marked as absent. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const settings = Object.keys(process.env).filter((name) => /^ASSAY_(?!TEST_)/.test(name));
  return { ...process.env, ...Object.fromEntries(settings.map((name) => [name, undefined])) };
}

/** The whole product as people run it: a child process with its own data folder, port and embedded PostgreSQL. */
export async function startAssay(options: TestAssayOptions = {}): Promise<TestAssay> {
  const folder = await temporaryFolder();
  const dataFolder = join(folder.path, 'data');
  const mark = randomUUID();
  const port = await freePort();
  const { address = '127.0.0.1' } = options;
  const host = `${address}:${port}`;
  const { tls } = options;
  const url = `${tls ? 'https' : 'http'}://${host}`;
  const [program, ...args] = options.command ?? [process.execPath, join(root, 'src/main.ts')];
  const env = {
    NODE_COMPILE_CACHE: join(root, '.cache/node'),
    ...plainEnvironment(),
    ASSAY_DATA: dataFolder,
    ASSAY_HOST: address,
    ASSAY_PORT: String(port),
    ASSAY_SAMPLES: 'off',
    ASSAY_LOG_LEVEL: 'info',
    ...(tls && { ASSAY_TLS_CERT: tls.cert, ASSAY_TLS_KEY: tls.key }),
    ...options.env,
    ASSAY_TEST_MARK: mark,
  };
  const password = () =>
    options.env?.ASSAY_ADMIN_PASSWORD ?? readFileSync(join(dataFolder, 'admin-password'), 'utf8').trim();
  const person = () => ({ name: 'admin', password: password() });
  let printed = '';
  let child: ChildProcess | undefined;
  const left = () => processesOf({ mark, dataFolder });

  async function start(): Promise<void> {
    const started = spawn(program, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    const from = printed.length;
    const keep = (chunk: Buffer) => {
      printed += chunk.toString();
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    const end = Date.now() + START_MS;
    while (!printed.slice(from).includes('Assay is ready at')) {
      if (hasEnded(started)) throw new Error(`the server ended with ${started.exitCode}:\n${printed}`);
      if (Date.now() > end) throw new Error(`the server was not ready after ${START_MS / 1000} s:\n${printed}`);
      await sleep(20);
    }
  }

  async function stop(): Promise<number> {
    if (!child || hasEnded(child)) return child?.exitCode ?? -1;
    const closed = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([closed, sleep(STOP_MS, undefined, { ref: false })]);
    return child.exitCode ?? -1;
  }

  async function kill(what?: 'everything'): Promise<void> {
    if (!child?.pid || hasEnded(child)) return;
    const closed = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    if (what) killAll();
    await closed;
  }

  const cliOptions = () => {
    const { name, password } = person();
    const settings = { ASSAY_URL: url, ASSAY_USERNAME: name, ASSAY_PASSWORD: password };
    const trust = tls && { NODE_EXTRA_CA_CERTS: tls.ca };
    return { env: { ...settings, ...trust, XDG_CONFIG_HOME: folder.path } };
  };

  // A test process that is killed must not leave a server behind.
  const killAll = () => {
    for (const pid of left()) endProcess(pid);
  };
  process.once('exit', killAll);
  const dispose = async () => {
    await stop();
    killAll();
    process.off('exit', killAll);
    await folder[Symbol.asyncDispose]();
  };
  try {
    await options.prepare?.(dataFolder);
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host,
    url,
    dataFolder,
    admin: person(),
    api: createAssayClient(url, person()),
    cli: (...words) => succeed(join(root, 'bin/assay'), words, cliOptions()),
    tryCli: (...words) => run(join(root, 'bin/assay'), words, cliOptions()),
    stop,
    kill,
    start,
    log: () => printed,
    processes: left,
    leftover: () => left().map(nameOfProcess),
    [Symbol.asyncDispose]: dispose,
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
