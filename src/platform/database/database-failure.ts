import { AppError } from '#kernel/errors.ts';

const RETRY_SECONDS = 2;

/** Codes of the system, and of PostgreSQL (appendix A of its manual), whose causes pass or are the operator's to mend. */
const causes: readonly (readonly [codes: RegExp, sentence: string])[] = [
  [/^(53100|ENOSPC)$/, 'cannot write to the database: its disk is full; free some space'],
  [/^(58030|58P01|53200)$/, 'cannot use the database: its disk or memory fails it'],
  [/^25006$/, 'cannot write to the database: it is read-only at the moment'],
  [/^(57014|25P03|25P04)$/, 'cannot wait for the database: it did not answer in time'],
  [/^(08...|53...|57P0.|ECONN.*|EPIPE|ENOENT|ETIMEDOUT)$/, 'cannot reach the database: try again in a moment'],
];
/** What the driver says without a code. */
const lost =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** A failure of the database itself as `unavailable`, undefined for everything else. */
export function databaseFailure(error: unknown): AppError | undefined {
  const { code, message, syscall } = (error ?? {}) as { code?: unknown; message?: unknown; syscall?: unknown };
  const isSystem = typeof syscall === 'string';
  // A missing file is only the database's matter where its socket was sought.
  if (isSystem && code === 'ENOENT' && syscall !== 'connect') return undefined;
  const known =
    typeof code === 'string' ? causes.find(([codes]) => codes.test(code)) : lost.test(String(message)) && causes.at(-1);
  if (!known) return undefined;
  return new AppError('unavailable', known[1], { cause: error, details: { retryAfterSeconds: RETRY_SECONDS } });
}
