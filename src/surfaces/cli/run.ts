import { Command, CommanderError } from 'commander';
import { AppError, messageOf } from '#kernel/errors.ts';
import { version } from '#kernel/version.ts';
import { commands } from './index.ts';

const UNUSABLE = 2;
const INTERNAL = 3;

/** The command that is called is loaded; of the others only name and summary are known. */
async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('assay')
    .description('An internal catalog of golden container images: judged, signed, watched, retired.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText(
      'after',
      '\nBegin with:\n  assay serve                         start the catalog here\n  assay scan image.tar                look into an image, no server needed\n  assay login http://127.0.0.1:5080   then: assay entries',
    );
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.summary).exitOverride();
    if (args.includes(entry.name)) {
      const loaded = await entry.load();
      command.description(loaded.summary);
      loaded.configure(command);
    } else command.allowUnknownOption().action(() => undefined);
  }
  return program;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
  if (error instanceof AppError) return error.code === 'internal' ? INTERNAL : UNUSABLE;
  return INTERNAL;
}

function explain(error: unknown): void {
  if (error instanceof CommanderError) return; // it has said so itself
  const isOurs = error instanceof AppError && error.code !== 'internal';
  process.stderr.write(`assay: ${messageOf(error)}\n`);
  if (!isOurs && process.env.ASSAY_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** Runs the command that the arguments name (as in `process.argv`) and sets the exit code. */
export async function run(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (head) closes our output; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : INTERNAL));
  try {
    const program = await buildProgram(argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    explain(error);
    process.exitCode = exitCodeOf(error);
  }
}
