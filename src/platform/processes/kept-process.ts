import { type ChildProcess, fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { TlsPair } from '#platform/network/tls-pair.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { ProcessContext, Role, ToProcess, ToSupervisor } from './messages.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long had started well: its next end is a new matter. */
const WELL_MS = 60_000;

/** One process that is started again, after growing pauses, whenever it ends. */
export class KeptProcess {
  readonly role: Role;
  readonly #log: Logger;
  readonly #entry: string;
  readonly #onMessage: (message: ToSupervisor, from: KeptProcess) => void;
  readonly #onEnd: (ended: KeptProcess) => void;
  readonly #stopping = new AbortController();
  #context: ProcessContext | undefined;
  #child: ChildProcess | undefined;
  #hasLoaded = false;
  #life: Promise<void>;
  #firstReady = Promise.withResolvers<void>();

  constructor(options: {
    readonly role: Role;
    readonly entry: string;
    readonly log: Logger;
    readonly onMessage: (message: ToSupervisor, from: KeptProcess) => void;
    /** Called each time that the process has ended. */
    readonly onEnd?: (ended: KeptProcess) => void;
  }) {
    this.role = options.role;
    this.#entry = options.entry;
    this.#log = options.log;
    this.#onMessage = options.onMessage;
    this.#onEnd = options.onEnd ?? (() => undefined);
    this.#firstReady.promise.catch(() => undefined);
    this.#life = this.#live();
  }

  /** Whether the process that runs now was told to begin. */
  get hasBegun(): boolean {
    return this.#hasLoaded && this.#context !== undefined;
  }

  /** Lets it begin, once. Rejects with the process's own sentence when it fails before it was ever ready. */
  async start(context: ProcessContext): Promise<void> {
    if (!this.#context) {
      this.#context = context;
      this.#begin();
    }
    await this.#firstReady.promise;
  }

  /** Replaces the process, so that it gets the new context. */
  restart(context: ProcessContext): void {
    this.#context = context;
    this.#child?.kill('SIGKILL');
  }

  /** The process goes on with it, and so does the next that takes its place. */
  renewTls(tls: TlsPair): void {
    if (this.#context) this.#context = { ...this.#context, tls };
    this.tell({ kind: 'renew-tls', tls });
  }

  tell(message: ToProcess): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  /** Asks it to end what it does; kills it when that takes longer. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort();
    if (patienceMs > 0 && this.#hasLoaded && this.#context) this.tell({ kind: 'stop' });
    else this.kill();
    const timer = setTimeout(() => {
      if (patienceMs > 0) this.#log.warn({ role: this.role }, 'a process did not end in time and is killed');
      this.kill();
    }, patienceMs);
    await this.#life;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }

  async #live(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.#stopping.signal.aborted; ) {
      const startedAt = Date.now();
      const [code, signal] = await this.#runOnce();
      if (this.#stopping.signal.aborted) break;
      this.#firstReady.reject(
        new AppError('internal', `cannot start: the ${this.role} process ended (${signal ?? code})`),
      );
      if (Date.now() - startedAt > WELL_MS) pauseMs = FIRST_PAUSE_MS;
      this.#log.error({ role: this.role, code, signal, pauseMs }, 'a process ended and is started again');
      await sleep(pauseMs, this.#stopping.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #runOnce(): Promise<[number | null, NodeJS.Signals | null]> {
    this.#hasLoaded = false;
    const child = this.role === 'web' ? forkWeb(this.#entry) : fork(this.#entry, [this.role], { stdio: 'inherit' });
    this.#child = child;
    child.on('message', (message: ToSupervisor) => this.#receive(message));
    child.on('error', () => undefined); // told by exit
    const end = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#hasLoaded = false;
    this.#onEnd(this);
    return end;
  }

  #receive(message: ToSupervisor): void {
    if (message.kind === 'loaded') {
      this.#hasLoaded = true;
      this.#begin();
    } else if (message.kind === 'ready') this.#firstReady.resolve();
    else if (message.kind === 'failed') this.#firstReady.reject(new AppError('unavailable', message.message));
    this.#onMessage(message, this);
  }

  #begin(): void {
    if (this.#hasLoaded && this.#context) this.tell({ kind: 'start', context: this.#context });
  }
}

/** Through `node:cluster`, so that all web processes share one listening socket. */
function forkWeb(entry: string): ChildProcess {
  cluster.setupPrimary({ exec: entry, args: ['web'], silent: false });
  return cluster.fork().process;
}
