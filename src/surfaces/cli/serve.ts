import type { CliCommand } from './command.ts';

export const serveCommand: CliCommand = {
  name: 'serve',
  summary: 'start the server (configured by ASSAY_… variables, see docs/configuration.md)',
  configure(command) {
    command.action(async () => {
      await import('../../main.ts');
    });
  },
};
