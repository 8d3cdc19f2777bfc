import type { GarbageTrial } from '#model/api-storage.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatBytes, formatTime, plain, print, printJson, table } from './output.ts';
import { waitForJob } from './wait-for-job.ts';

interface GcOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly limit: string;
  readonly json?: boolean;
}

const kinds = {
  'manifest-link': 'manifest',
  'blob-link': 'blob',
  manifest: 'manifest',
  blob: 'blob',
  bytes: 'bytes',
} as const;

function printTrial(trial: GarbageTrial): void {
  const rows = trial.items.map((item) => [
    kinds[item.kind],
    plain(item.repository || '–'),
    item.digest,
    formatBytes(item.freedBytes),
    item.isDue ? 'now' : formatTime(item.dueAt),
    plain(item.reason),
  ]);
  print(table(['WHAT', 'REPOSITORY', 'DIGEST', 'FREES', 'WHEN', 'WHY'], rows));
  const more = trial.isCut ? ' There is more: use --limit.' : '';
  print(
    `${trial.items.length} would go and free ${formatBytes(trial.freedBytes)}, ` +
      `each when it has waited ${trial.delayHours} h. Nothing was removed.${more}`,
  );
}

async function collect(options: GcOptions): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  if (options.dryRun) {
    const trial = await client.get<GarbageTrial>('/garbage', { limit: options.limit });
    if (options.json) return printJson(trial);
    return trial.items.length > 0 ? printTrial(trial) : print('Nothing would go.');
  }
  const { jobId } = await client.send<{ jobId: string }>('POST', '/garbage/collect');
  const result = options.wait === false ? null : await waitForJob(client, jobId);
  if (options.json) return printJson({ jobId, result });
  print(result ?? 'The collection is queued.');
}

export const gcCommand: CliCommand = {
  name: 'gc',
  summary: 'collect what no image needs any more',
  configure(command) {
    command
      .option('--dry-run', 'show what would go, when and why; remove nothing')
      .option('--limit <number>', 'how many rows a dry run shows', '1000')
      .option('--no-wait', 'do not wait for the end of the collection')
      .option('--json', 'print JSON')
      .action(collect)
      .addHelpText('after', '\nExamples:\n  assay gc --dry-run\n  assay gc');
  },
};
