import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { ScrubReport, ScrubRound } from '#model/api-storage.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatBytes, formatTime, paint, plain, print, printJson, table } from './output.ts';

interface ScrubOptions {
  readonly from?: string;
  readonly rate?: string;
  readonly status?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

const PAUSE_MS = 1000;
const DAMAGED = 1;

function rateOf(rate: string | undefined): number | undefined {
  if (rate === undefined) return undefined;
  const [, digits = '', unit = ''] = /^(\d{1,6})(KiB|MiB|GiB)?$/.exec(rate) ?? [];
  const factor = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }[unit] ?? 1;
  if (digits !== '' && Number(digits) > 0) return Number(digits) * factor;
  throw new AppError('invalid-input', `cannot use rate ${rate}: say bytes a second, as in 64MiB`);
}

/** Starts or goes on, and waits for the end of that round. */
async function scrubNow(client: ApiClient, options: ScrubOptions): Promise<void> {
  const rate = rateOf(options.rate);
  const body = { ...(rate !== undefined && { bytesPerSecond: rate }), ...(options.from && { source: options.from }) };
  const { id } = await client.send<ScrubRound>('POST', '/scrub', body);
  if (options.wait === false) return;
  for (;;) {
    const { round } = await client.get<ScrubReport>('/scrub', { limit: 1 });
    if (round && (round.id > id || round.finishedAt !== null)) return;
    await sleep(PAUSE_MS);
  }
}

function printReport({ round, findings }: ScrubReport): void {
  if (!round) return void print('Nothing was checked yet.');
  const rows = findings.map((finding) => [
    finding.mendedAt === null ? paint('red', finding.kind) : paint('green', `${finding.kind}, mended`),
    finding.digest,
    formatBytes(finding.sizeBytes),
    formatTime(finding.foundAt),
    plain(finding.mendedBy === null ? finding.detail : `${finding.detail}; ${finding.mendedBy}`),
  ]);
  if (rows.length > 0) print(table(['WHAT', 'DIGEST', 'SIZE', 'FOUND', 'DETAIL'], rows));
  const open = findings.filter((finding) => finding.mendedAt === null).length;
  const state = round.finishedAt === null ? `under way, at ${round.place.slice(0, 17)}` : formatTime(round.finishedAt);
  print(`${round.blobs} contents, ${formatBytes(round.bytes)} read (${state}); ${open} damaged.`);
}

async function scrub(options: ScrubOptions): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  if (!options.status) await scrubNow(client, options);
  const report = await client.get<ScrubReport>('/scrub', { limit: 10_000 });
  if (options.json) printJson(report);
  else printReport(report);
  if (report.findings.some((finding) => finding.mendedAt === null)) process.exitCode = DAMAGED;
}

export const scrubCommand: CliCommand = {
  name: 'scrub',
  summary: 'compare all stored bytes with their digests, and mend what is damaged',
  configure(command) {
    command
      .option('--from <registry>', 'a registry that may have what is damaged, as HOST or HOST/PATH')
      .option('--rate <bytes>', 'how much is read a second, as in 64MiB')
      .option('--status', 'show the last check; start none')
      .option('--no-wait', 'do not wait for the end of the check')
      .option('--json', 'print JSON')
      .action(scrub)
      .addHelpText(
        'after',
        '\nExit codes: 0 nothing is damaged, 1 something is, 2 the request could not be used.\n\nExamples:\n  assay scrub --from registry.example.com\n  assay scrub --status',
      );
  },
};
