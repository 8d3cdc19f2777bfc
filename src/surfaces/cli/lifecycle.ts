import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { EntryPage } from '#model/api-entries.ts';
import type { ImageDetail } from '#model/api-images.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { paintState, plain, print, printJson, table } from './output.ts';
import { resolveReference } from './resolve-reference.ts';

interface DecisionOptions {
  readonly reason: string;
  readonly successor?: string;
  readonly until?: string;
  readonly json?: boolean;
}

async function decide(
  verb: 'retire' | 'restore' | 'extend',
  reference: string,
  { json, ...decision }: DecisionOptions,
): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  const { digest, repository } = await resolveReference(client, reference);
  if (repository === null)
    throw new AppError('invalid-input', 'cannot decide by digest alone: say NAME:TAG or NAME@DIGEST');
  const image = await client.send<ImageDetail>('POST', `/images/${digest}/${verb}`, { repository, ...decision });
  if (json) return printJson(image);
  const state = image.repositories.find((each) => each.repository === repository);
  print(`${plain(reference)} is ${paintState(state?.state ?? 'unknown')}.`);
  if (state?.notice) print(plain(state.notice));
}

async function calendar(options: { readonly json?: boolean }): Promise<void> {
  const page = await createApiClient(readCredentials(process.env)).get<EntryPage>('/entries', {
    sort: 'end',
    limit: 200,
  });
  if (options.json) return printJson(page.items);
  const rows = page.items
    .filter((entry) => entry.recommended)
    .map((entry) => [
      entry.recommended?.window.endOfLife ?? 'unknown',
      plain(entry.repository),
      entry.recommended?.tag ?? '',
      paintState(entry.recommended?.state ?? ''),
      plain(entry.recommended?.window.decidedBy?.subject ?? ''),
    ]);
  print(table(['ENDS', 'ENTRY', 'TAG', 'STATE', 'BECAUSE OF'], rows));
}

function addDecision(command: Command, verb: 'retire' | 'restore' | 'extend', description: string): Command {
  return command
    .command(verb)
    .description(description)
    .argument('<reference>', 'such as golden/runtime/node:20')
    .requiredOption('--reason <text>', 'why, at least 10 characters')
    .option('--json', 'print JSON')
    .action((reference: string, options: DecisionOptions) => decide(verb, reference, options));
}

export const lifecycleCommand: CliCommand = {
  name: 'lifecycle',
  summary: 'what ends when; retire, restore and extend by hand',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('entries by their end')
      .option('--json', 'print JSON')
      .action(calendar);
    addDecision(command, 'retire', 'refuse pulls from now on').option('--successor <reference>', 'what to use instead');
    addDecision(command, 'restore', 'serve it again').option('--until <day>', 'new end, YYYY-MM-DD');
    addDecision(command, 'extend', 'move the end').requiredOption('--until <day>', 'new end, YYYY-MM-DD');
    command
      .command('review')
      .description('review every image now instead of at the next scheduled time')
      .action(async () => {
        await createApiClient(readCredentials(process.env)).send('POST', '/schedules/review-lifecycle/run');
        print('The review is queued; "assay lifecycle" shows its result.');
      });
  },
};
