import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '#platform/config/config.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { openDataFolder } from './data-folder.ts';
import type { ProcessContext, Role } from './messages.ts';
import { checkPort } from './port.ts';
import { createProcesses, type Processes } from './processes.ts';
import { superviseDatabase } from './supervised-database.ts';
import { superviseTls } from './supervised-tls.ts';

/** How long requests and jobs may take to end when the server is asked to. */
const DRAIN_MS = 10_000;
/** npm passes on an interrupt that the terminal has already delivered; the second one of a pair means nothing. */
const ECHO_MS = 1_000;

export interface SuperviseOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The module that a process runs, with its role as the first argument. It calls `runProcess`. */
  readonly entry: URL;
  /** Called once, when every process is ready. */
  readonly onReady: () => void | Promise<void>;
}

/**
 * Runs the server until it is told to end: data folder, database, sign, web and work processes, in this order, and back.
 * Resolves when nothing of it is left. Throws one sentence that says what to do when it cannot start.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { config, log } = options;
  using _folder = openDataFolder(config.data);
  await checkPort(config.host, config.port);

  const end = Promise.withResolvers<void>();
  end.promise.catch(() => undefined);
  using sockets = openSocketFolder(config.data);
  const processes = createProcesses(options);
  using tls = await superviseTls(options, (pair) => processes.renewTls(pair));
  using _signals = onSignals({
    end: () => {
      log.info('ending: requests and jobs have ten seconds');
      end.resolve();
    },
    endNow: () => processes.kill(),
  });
  try {
    // Loads while the database starts.
    processes.fork(firstRole(config));
    const contextOf = (url: string) => ({
      databaseUrl: url,
      signSocket: sockets.signSocket,
      isOnlyNode: config.databaseUrl === undefined,
      tls: tls.pair,
    });
    await using database = await superviseDatabase(options, {
      onMoved: (url) => processes.restart(contextOf(url)),
      onGone: end.reject,
    });
    const started = startAll(config, processes, contextOf(database.url)).then(() => true);
    if (await Promise.race([end.promise, started])) await options.onReady();
    await end.promise;
    await processes.stop(DRAIN_MS);
  } finally {
    await processes.stop(0);
  }
  log.info('ended');
}

/** The one whose readiness others wait for. */
function firstRole({ roles }: Config): Role {
  return roles.includes('web') ? 'web' : 'sign';
}

/** The first process alone, so that it has the machine to itself and answers early; then the others together. */
async function startAll(config: Config, processes: Processes, context: Omit<ProcessContext, 'role'>): Promise<void> {
  await processes.startForked(context);
  if (config.roles.includes('work')) {
    if (firstRole(config) !== 'sign') processes.fork('sign');
    processes.fork('work');
  }
  for (let count = 1; config.roles.includes('web') && count < config.webProcesses; count += 1) processes.fork('web');
  await processes.startForked(context);
}

function onSignals(actions: { end(): void; endNow(): void }): Disposable {
  let firstAt: number | undefined;
  const handle = () => {
    const now = Date.now();
    if (firstAt === undefined) {
      firstAt = now;
      actions.end();
    } else if (now - firstAt > ECHO_MS) actions.endNow();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}

/** Sockets between our own processes; elsewhere where the data folder's path is too long for one. */
function openSocketFolder(data: string): { readonly signSocket: string } & Disposable {
  const near = join(data, 'sign.sock');
  if (Buffer.byteLength(near) <= 100) {
    rmSync(near, { force: true });
    return { signSocket: near, [Symbol.dispose]: () => rmSync(near, { force: true }) };
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-socket-'));
  return {
    signSocket: join(folder, 'sign.sock'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
