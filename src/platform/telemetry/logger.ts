import { type Logger, pino } from 'pino';
import type { Config } from '#platform/config/config.ts';

export type { Logger } from 'pino';

/** Fields that may carry a secret; they never reach a log. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
  '*.cookie',
];

/**
 * One JSON object a line: to standard error, or to the file where standard error is a terminal, so that a person sees
 * only what is written for people.
 */
export function createLogger(options: {
  readonly level: Config['logLevel'];
  /** The name of the process, such as `web`. */
  readonly name: string;
  readonly terminalFile?: string;
}): Logger {
  const isTerminal = process.stderr.isTTY === true;
  const target = isTerminal && options.terminalFile ? options.terminalFile : 2;
  return pino(
    {
      level: options.level,
      base: { process: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '(hidden)' },
    },
    // Synchronous: the last lines before an end are the ones that matter.
    pino.destination({ dest: target, sync: true, mkdir: true }),
  );
}
