import { sql } from 'kysely';
import pg from 'pg';
import { createSharedRuns, sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from './database.ts';

export interface Listener {
  onMessage(payload: string): void;
  /** Messages may be missed from now on. */
  onLost?(): void;
  /** Messages arrive again; whatever came since `onLost` was missed. */
  onBack?(): void;
}

/** Messages of the database (PostgreSQL documentation, "NOTIFY") on one connection of its own, which comes back. */
export interface Notifications extends AsyncDisposable {
  /** Resolves when messages arrive. The returned function ends it. */
  listen(channel: string, listener: Listener): Promise<() => void>;
  /**
   * True while listeners have been told everything that was committed longer ago than `trustMs`: the connection is there and
   * has answered lately. What was read before may be used only then.
   */
  isConnected(): boolean;
  /** Resolves when listeners have been told everything that was committed before the call, or the connection is given up. */
  catchUp(): Promise<void>;
}

const DEFAULT_TRUST_MS = 1_000;
/** An answer is asked for so often within the time for which it counts. */
const PROBES_PER_TRUST = 4;

const LONGEST_PAYLOAD_BYTES = 7_999;

/** Sends when the transaction commits; never when it does not. */
export async function notify(db: Database, channel: string, payload: string): Promise<void> {
  if (Buffer.byteLength(payload) > LONGEST_PAYLOAD_BYTES) {
    throw new AppError('limit-reached', `cannot notify ${channel}: the message exceeds ${LONGEST_PAYLOAD_BYTES} bytes`);
  }
  await sql`select pg_notify(${channel}, ${payload})`.execute(db);
}

export interface NotificationsOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Default 1,000. */
  readonly trustMs?: number;
}

/** Throws when the database cannot be reached at first; a connection that is lost later is made again for ever. */
export async function openNotifications(options: NotificationsOptions): Promise<Notifications> {
  const connection = new ListeningConnection(options);
  await connection.connect();
  return connection;
}

const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_PAUSE_MS = 5_000;

class ListeningConnection implements Notifications {
  readonly #options: NotificationsOptions;
  readonly #trustMs: number;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closed = new AbortController();
  #client: pg.Client | undefined;
  #probes: NodeJS.Timeout | undefined;
  /** What was committed before this moment has been told. */
  #toldUntil = 0;
  readonly catchUp = createSharedRuns(() => this.#probe());

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#trustMs = options.trustMs ?? DEFAULT_TRUST_MS;
  }

  isConnected(): boolean {
    return this.#client !== undefined && performance.now() - this.#toldUntil < this.#trustMs;
  }

  async listen(channel: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    await this.#client?.query(`listen ${pg.escapeIdentifier(channel)}`);
    return () => listeners.delete(listener);
  }

  async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    const lost = () => this.#lost(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener.onMessage(payload);
    });
    let connectedAt: number;
    try {
      await client.connect();
      connectedAt = performance.now();
      for (const channel of this.#listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    this.#toldUntil = connectedAt;
    this.#probes = setInterval(this.catchUp, this.#trustMs / PROBES_PER_TRUST).unref();
  }

  /**
   * The server signals the listeners of a message before it answers the commit that sent it, and a signalled connection sends its
   * messages before its next answer is complete. So the answer to a question that is asked after a commit comes after the messages.
   */
  async #probe(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const askedAt = performance.now();
    try {
      await client.query('select 1');
      if (client === this.#client) this.#toldUntil = askedAt;
    } catch {
      this.#lost(client);
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#probes);
    client.end().catch(() => undefined);
    if (this.#closed.signal.aborted) return;
    this.#tell((listener) => listener.onLost?.());
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let pauseMs = 50; !this.#closed.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.connect();
        if (this.#closed.signal.aborted) await this[Symbol.asyncDispose]();
        else this.#tell((listener) => listener.onBack?.());
        return;
      } catch {
        // Still away: the next round tries again.
        await sleep(pauseMs, this.#closed.signal).catch(() => undefined);
      }
    }
  }

  #tell(say: (listener: Listener) => void): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) say(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    clearInterval(this.#probes);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }
}
