import { parseReference } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import type { DeletionPage, DeletionRow, UndeleteAnswer } from '#model/api-rules.ts';
import { INTAKE_NAMESPACE } from '#model/namespace.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, plain, print, printJson, table } from './output.ts';

async function list(place: string, { json }: { readonly json?: boolean }): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  const page = await client.get<DeletionPage>('/deletions', { place, limit: 200 });
  if (json) return printJson(page);
  if (page.items.length === 0) return print(`Nothing of ${plain(place)} can come back.`);
  const rows = page.items.map((row) => [
    String(row.id),
    plain(row.repository),
    row.isImage ? 'image' : 'tag',
    plain(row.tags.join(' ') || row.digest),
    plain(row.deletedBy),
    formatTime(row.deletedAt),
    formatTime(row.expiresAt),
    plain(row.reason),
  ]);
  print(table(['ID', 'REPOSITORY', 'WHAT', 'TAGS', 'BY', 'DELETED', 'UNTIL', 'WHY'], rows));
  if (page.next !== null) print('There is more: name a repository.');
}

async function findLatest(client: ApiClient, text: string): Promise<DeletionRow> {
  const host = `${new URL(client.url).host}/`;
  const { repository, tag, digest } = parseReference(text.startsWith(host) ? text.slice(host.length) : text);
  const reference = digest ?? tag ?? undefined;
  if (reference === undefined)
    throw new AppError('invalid-input', 'cannot undelete a repository: say NAME:TAG or NAME@DIGEST');
  const { items } = await client.get<DeletionPage>('/deletions', { place: repository, reference, limit: 200 });
  const found = items.find((row) => row.repository === repository);
  if (found) return found;
  throw new AppError(
    'not-found',
    `cannot undelete ${text}: it was not deleted, or its time is over; try "undelete list"`,
  );
}

async function bringBack(text: string, { json }: { readonly json?: boolean }): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  const id = /^\d+$/.test(text) ? Number(text) : (await findLatest(client, text)).id;
  const answer = await client.send<UndeleteAnswer>('POST', `/deletions/${id}/undelete`);
  if (json) return printJson(answer);
  const tags = answer.tags.length > 0 ? `, with the tags ${plain(answer.tags.join(', '))}` : '';
  print(`${plain(answer.repository)}@${answer.digest} is back${tags}.`);
  if (answer.takenTags.length > 0)
    print(`Left as they are, because they name something else by now: ${plain(answer.takenTags.join(', '))}.`);
}

export const undeleteCommand: CliCommand = {
  name: 'undelete',
  summary: 'bring back what was deleted',
  configure(command) {
    command
      .command('list')
      .description('what may still come back')
      .argument('[place]', 'a repository or a path', INTAKE_NAMESPACE)
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('image', { isDefault: true })
      .description('bring back the latest deletion of a tag or image')
      .argument('<reference>', 'such as staging/app:1, staging/app@sha256:… or a number of the list')
      .option('--json', 'print JSON')
      .action(bringBack);
    command.addHelpText('after', '\nExamples:\n  assay undelete list staging/app\n  assay undelete staging/app:1');
  },
};
