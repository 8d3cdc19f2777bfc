import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { sleep } from '#kernel/async.ts';
import { AppError, messageOf } from '#kernel/errors.ts';

/** The database or a transaction on it. A store reaches its own tables with `db.withTables<ItsTables>()`. */
export type Database = Kysely<unknown>;

export interface DatabaseOptions {
  /** `postgresql://user@host/name`; a socket folder goes into `?host=`. */
  readonly url: string;
  readonly applicationName: string;
  readonly poolSize?: number;
  /** A statement that runs longer is cancelled. 0 is no limit. Default 60,000. */
  readonly statementTimeoutMs?: number;
  /** How long a statement waits for a free connection. Default 10,000. */
  readonly connectionWaitMs?: number;
  /** An idle pool then keeps no process alive. */
  readonly allowExitOnIdle?: boolean;
  /** Told of a connection that broke while nobody used it; the pool replaces it. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * Connects on first use. Timestamps are `Date`, `bigint`, `count(*)` and `numeric` are numbers, dates are `YYYY-MM-DD`
 * text, `jsonb` is parsed, `bytea` is a Buffer. Whoever opens it closes it with `destroy()`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 60_000 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectionWaitMs ?? 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2 || 120_000,
    // What the server does not cancel in time, because it is gone without a word, is given up here.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + 5_000 }),
    allowExitOnIdle: options.allowExitOnIdle ?? false,
    types: { getTypeParser: parserOf },
  });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  // The same for one that breaks between two statements of a transaction: the next of them fails.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
}

/** Throws `unavailable` when the database does not answer in time, or no connection to it is free. */
export async function checkDatabase(db: Database, timeoutMs = 2_000): Promise<void> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, timer.signal).then(() => {
    throw new AppError('unavailable', `cannot reach the database: no answer within ${timeoutMs} ms`);
  });
  const answer = sql`select 1`.execute(db).catch((cause) => {
    throw new AppError('unavailable', `cannot reach the database: ${messageOf(cause)}`, { cause });
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    timer.abort();
    // Whichever lost the race fails unheard.
    Promise.allSettled([answer, late]);
  }
}

type Parser = (text: string) => unknown;

const { builtins } = pg.types;
const INT8_ARRAY = 1016;

const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
  [builtins.DATE, String],
  [INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(numberOrNull))],
]);

function numberOrNull(text: string): number | null {
  return text === 'NULL' ? null : Number(text);
}

function parserOf(oid: number, format?: 'text' | 'binary'): Parser {
  const own = format === 'binary' ? undefined : parsers.get(oid);
  return own ?? pg.types.getTypeParser(oid, format);
}
