import { AppError } from '#kernel/errors.ts';
import type { CliCommand } from './command.ts';

/** Help only: `bin/assay serve` runs the server itself. */
export const serveCommand: CliCommand = {
  name: 'serve',
  summary: 'start the server (configured by ASSAY_… variables, see docs/configuration.md)',
  configure(command) {
    command.action(() => {
      throw new AppError('invalid-input', 'cannot start from here: call bin/assay serve');
    });
  },
};
