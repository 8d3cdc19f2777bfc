import type { Command } from 'commander';

/**
 * One command of `bin/assay`. `configure` adds its arguments, options, sub-commands, examples and action; the action throws
 * `AppError` for what a person can mend and sets `process.exitCode` for an outcome.
 */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  configure(command: Command): void;
}
