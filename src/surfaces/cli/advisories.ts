import type { AdvisoryDetail, AdvisorySourceRow } from '#model/api-work.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paintState, plain, print, printJson, table } from './output.ts';

async function status({ json }: { readonly json?: boolean }): Promise<void> {
  const { items } = await createApiClient(readCredentials(process.env)).get<{ items: AdvisorySourceRow[] }>(
    '/advisories/sources',
  );
  if (json) return printJson({ items });
  if (items.length === 0) return print('No advisories are configured: set ASSAY_ADVISORIES to a folder or an address.');
  const rows = items.map((source) => [
    plain(source.id),
    source.state,
    source.advisories.toLocaleString('en-GB'),
    formatTime(source.refreshedAt),
    plain(source.lastError ?? ''),
  ]);
  print(table(['SOURCE', 'STATE', 'ADVISORIES', 'REFRESHED', 'LAST ERROR'], rows));
}

async function show(id: string, { json }: { readonly json?: boolean }): Promise<void> {
  const advisory = await createApiClient(readCredentials(process.env)).get<AdvisoryDetail>(
    `/advisories/${encodeURIComponent(id)}`,
  );
  if (json) return printJson(advisory);
  print(
    `${advisory.id}  ${advisory.severity}${advisory.score === null ? '' : ` ${advisory.score}`}  ${advisory.aliases.join(' ')}\n${plain(advisory.summary)}`,
  );
  if (advisory.knownExploitedSince) print(`Known exploited since ${advisory.knownExploitedSince}.`);
  const rows = advisory.images.map((image) => [
    plain(image.repository),
    image.tags.join(' '),
    plain(image.package),
    image.digest,
  ]);
  print(
    rows.length > 0 ? `\n${table(['REPOSITORY', 'TAGS', 'PACKAGE', 'DIGEST'], rows)}` : '\nNo image here is affected.',
  );
}

export const advisoriesCommand: CliCommand = {
  name: 'advisories',
  summary: 'advisory sources, and which images one touches',
  configure(command) {
    command
      .command('status', { isDefault: true })
      .description('age, count and last error of each source')
      .option('--json', 'print JSON')
      .action(status);
    command
      .command('show')
      .description('one advisory and the images that it touches')
      .argument('<id>', 'such as CVE-2021-44228')
      .option('--json', 'print JSON')
      .action(show);
    command
      .command('refresh')
      .description('fetch what changed, now')
      .action(async () => {
        await createApiClient(readCredentials(process.env)).send('POST', '/schedules/refresh-advisories/run');
        print(`The refresh is ${paintState('queued')}; "assay advisories" shows its result.`);
      });
  },
};
