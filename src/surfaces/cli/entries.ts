import type { EntryDetail, EntryPage } from '#model/api-entries.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paintGrade, paintState, plain, print, printJson, table } from './output.ts';

interface ListOptions {
  readonly json?: boolean;
  readonly grade?: string;
  readonly owner?: string;
  readonly support?: string;
  readonly limit: string;
}

async function list(words: readonly string[], options: ListOptions): Promise<void> {
  const { json, ...filters } = options;
  const page = await createApiClient(readCredentials(process.env)).get<EntryPage>('/entries', {
    ...filters,
    q: words.join(' ') || undefined,
  });
  if (json) return printJson(page);
  if (page.items.length === 0)
    return print('No entry matches. Push an image to staging/ to begin, or search for less.');
  const rows = page.items.map((entry) => [
    plain(entry.repository),
    entry.recommended?.tag ?? '–',
    paintGrade(entry.recommended?.posture?.grade),
    entry.recommended ? paintState(entry.recommended.state) : '–',
    entry.recommended?.window.endOfLife ?? 'unknown',
    plain(entry.owner ?? '–'),
    plain(entry.matched ?? entry.description),
  ]);
  print(table(['ENTRY', 'TAG', 'GRADE', 'STATE', 'ENDS', 'OWNER', 'ABOUT'], rows));
  if (page.next) print(`${page.matching - page.items.length} more; use --limit`);
}

async function show(repository: string, { json }: { readonly json?: boolean }): Promise<void> {
  const entry = await createApiClient(readCredentials(process.env)).get<EntryDetail>(
    `/entries/${encodeURIComponent(repository)}`,
  );
  if (json) return printJson(entry);
  print(
    `${plain(entry.repository)}  ${plain(entry.description)}\nowner ${plain(entry.owner ?? 'nobody')}, updated ${formatTime(entry.updatedAt)}\n`,
  );
  const rows = entry.tagRows.map((row) => [
    row.tag,
    paintState(row.state),
    paintGrade(row.posture?.grade),
    row.window.endOfLife ?? 'unknown',
    row.platforms.join(' '),
    row.digest,
  ]);
  print(table(['TAG', 'STATE', 'GRADE', 'ENDS', 'PLATFORMS', 'DIGEST'], rows));
}

export const entriesCommand: CliCommand = {
  name: 'entries',
  summary: 'find golden images',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('search the catalog')
      .argument('[words...]', 'words to find; "openssl 3" looks for a package and version, cve:ID for a finding')
      .option('--grade <grades>', 'only these grades, as in A,B')
      .option('--owner <owners>', 'only these owners')
      .option('--support <kinds>', 'supported, ending, ended, unknown')
      .option('--limit <number>', 'how many rows', '50')
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('show')
      .description('one entry with its tags')
      .argument('<repository>', 'such as golden/base/alpine')
      .option('--json', 'print JSON')
      .action(show);
    command.addHelpText(
      'after',
      '\nExamples:\n  assay entries list openssl 3\n  assay entries show golden/base/alpine',
    );
  },
};
