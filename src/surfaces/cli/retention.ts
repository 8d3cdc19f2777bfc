import type { RetentionRow, RetentionTrial } from '#model/api-rules.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, plain, print, printJson, table } from './output.ts';
import { waitForJob } from './wait-for-job.ts';

interface RunOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

interface Trial {
  readonly items: readonly RetentionRow[];
  readonly problems: readonly string[];
  readonly weighed: number;
}

/** The whole trial, however many pages it has. */
async function tryAll(client: ApiClient, place: string): Promise<Trial> {
  const items: RetentionRow[] = [];
  const problems: string[] = [];
  let weighed = 0;
  let after: string | undefined;
  do {
    const page: RetentionTrial = await client.get(`/retention/${encodeURIComponent(place)}`, { after });
    items.push(...page.items);
    problems.push(...page.problems);
    weighed += page.weighed;
    after = page.next ?? undefined;
  } while (after !== undefined);
  return { items, problems, weighed };
}

function printTrial({ items, problems, weighed }: Trial): void {
  const rows = items.map((row) => [
    plain(row.repository),
    plain(row.tag ?? row.digest),
    row.spared !== null ? 'stays' : row.isImageGoing ? 'image' : 'tag',
    formatTime(row.pushedAt),
    plain(row.spared !== null ? `${row.spared} (else: ${row.reason})` : row.reason),
  ]);
  if (rows.length > 0) print(table(['REPOSITORY', 'TAG', 'GOES', 'PUSHED', 'WHY'], rows));
  for (const problem of problems) print(`Problem: ${plain(problem)}`);
  const going = items.filter(({ spared }) => spared === null).length;
  print(`${going} would go, ${items.length - going} are spared, in ${weighed} repositories. Nothing was removed.`);
}

async function run(place: string, options: RunOptions): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  if (options.dryRun) {
    const trial = await tryAll(client, place);
    return options.json ? printJson(trial) : printTrial(trial);
  }
  const { jobId } = await client.send<{ jobId: string }>('POST', `/retention/${encodeURIComponent(place)}/run`);
  const result = options.wait === false ? null : await waitForJob(client, jobId);
  if (options.json) return printJson({ jobId, result });
  print(result ?? 'Retention is queued.');
}

export const retentionCommand: CliCommand = {
  name: 'retention',
  summary: 'remove what no retention rule keeps',
  configure(command) {
    command
      .command('run')
      .description('apply retention now; by itself it runs every night')
      .argument('[place]', 'a namespace, a path or a repository', EVERYWHERE)
      .option('--dry-run', 'show everything that would go, and why; remove nothing')
      .option('--no-wait', 'do not wait for the end')
      .option('--json', 'print JSON')
      .action(run);
    command.addHelpText('after', '\nExamples:\n  assay retention run staging --dry-run\n  assay retention run staging');
  },
};
