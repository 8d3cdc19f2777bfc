import type { Command } from 'commander';
import { AppError } from '#kernel/errors.ts';
import type { IntakeDetail, IntakePage, IntakeRow } from '#model/api-intake.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paint, paintState, plain, print, printJson, table } from './output.ts';
import { waitForIntake } from './wait-for-intake.ts';

const api = (): ApiClient => createApiClient(readCredentials(process.env));

/** `REF` is `staging/name:tag`, or an id from the list. */
async function findIntake(client: ApiClient, reference: string): Promise<IntakeDetail> {
  const page = await client.get<IntakePage>('/intake', { reference, limit: 1 });
  const [row] = page.items;
  if (!row)
    throw new AppError(
      'not-found',
      `cannot find intake ${reference}: nothing was pushed there; "assay intake list" shows what was`,
    );
  return client.get<IntakeDetail>(`/intake/${row.id}`);
}

const marks = { pass: '✓', fail: '✗', open: '–', accepted: '◷' } as const;
const markStyles = { pass: 'green', fail: 'red', open: 'yellow', accepted: 'blue' } as const;

function printIntake(intake: IntakeDetail): void {
  print(`${plain(intake.repository)}:${intake.tag}  ${paintState(intake.status)}  ${intake.digest}`);
  print(`pushed by ${plain(intake.pushedBy)}, ${formatTime(intake.pushedAt)}; ${plain(intake.summary || intake.step)}`);
  for (const result of intake.verdict?.results ?? []) {
    print(`\n${paint(markStyles[result.outcome], `${marks[result.outcome]} ${result.title}`)}  ${result.outcome}`);
    for (const reason of result.reasons) print(`  ${plain(reason)}`);
    if (result.remedy && result.outcome !== 'pass') print(`  ${paint('bold', 'What to do:')} ${plain(result.remedy)}`);
  }
  if (intake.decidedBy) print(`\nDecided by ${plain(intake.decidedBy)}: ${plain(intake.decisionReason ?? '')}`);
}

async function list(options: {
  readonly status?: string;
  readonly limit: string;
  readonly json?: boolean;
}): Promise<void> {
  const page = await api().get<IntakePage>('/intake', { status: options.status, limit: options.limit });
  if (options.json) return printJson(page);
  const rows = page.items.map((row: IntakeRow) => [
    `${plain(row.repository)}:${row.tag}`,
    paintState(row.status),
    formatTime(row.pushedAt),
    plain(row.pushedBy),
    plain(row.summary || row.step),
  ]);
  print(rows.length > 0 ? table(['IMAGE', 'STATUS', 'PUSHED', 'BY', 'WHY'], rows) : 'Nothing was pushed yet.');
}

async function show(reference: string, options: { readonly json?: boolean; readonly wait?: boolean }): Promise<void> {
  const client = api();
  const found = await findIntake(client, reference);
  const intake = options.wait ? await waitForIntake(client, found) : found;
  if (options.json) return printJson(intake);
  printIntake(intake);
}

interface DecisionOptions {
  readonly reason: string;
  readonly until?: string;
  readonly scope?: string;
  readonly ticket?: string;
  readonly json?: boolean;
}

async function decide(verb: 'approve' | 'reject', reference: string, options: DecisionOptions): Promise<void> {
  const client = api();
  const { json, ...decision } = options;
  const intake = await findIntake(client, reference);
  const decided = await client.send<IntakeDetail>('POST', `/intake/${intake.id}/${verb}`, decision);
  if (json) return printJson(decided);
  const what = verb === 'approve' ? `approved; it goes to ${decided.target}:${decided.tag}` : 'rejected';
  print(`${plain(decided.repository)}:${decided.tag} is ${what}.`);
}

interface AddOptions {
  readonly as?: string;
  readonly tag?: string;
  readonly username?: string;
  readonly password?: string;
  readonly plainHttp?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

async function add(reference: string, { as, wait, json, ...rest }: AddOptions): Promise<void> {
  const client = api();
  const row = await client.send<IntakeRow>('POST', '/intake', { reference, ...(as && { repository: as }), ...rest });
  const intake = wait ? await waitForIntake(client, row) : row;
  if (json) return printJson(intake);
  print(
    `${plain(reference)} is in ${plain(intake.repository)}:${intake.tag} as ${intake.digest}: ${paintState(intake.status)}.`,
  );
}

function addDecision(command: Command, verb: 'approve' | 'reject', description: string): void {
  command
    .command(verb)
    .description(description)
    .argument('<reference>', 'such as staging/base/alpine:3.22')
    .requiredOption('--reason <text>', 'why, at least 10 characters; it is shown to everybody who looks at the image')
    .option('--until <day>', 'end of the acceptance, YYYY-MM-DD (default: 30 days from now)')
    .option('--scope <scope>', 'what the acceptance covers: image, entry or namespace')
    .option('--ticket <id>', 'where it was discussed')
    .option('--json', 'print JSON')
    .action((reference: string, options: DecisionOptions) => decide(verb, reference, options));
}

export const intakeCommand: CliCommand = {
  name: 'intake',
  summary: 'what was pushed, its verdicts, and decisions',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('the queue, newest first')
      .option('--status <status>', 'queued, running, waiting, cataloged, rejected, quarantined, failed, superseded')
      .option('--limit <number>', 'how many rows', '50')
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('show')
      .description('one intake with its verdict')
      .argument('<reference>', 'such as staging/base/alpine:3.22')
      .option('--wait', 'until it is judged')
      .option('--json', 'print JSON')
      .action(show);
    addDecision(command, 'approve', 'approve what waits or was rejected; a failed rule becomes an acceptance');
    addDecision(command, 'reject', 'reject what waits');
    command
      .command('add')
      .description('bring an image with its referrers from another registry into staging/')
      .argument('<reference>', 'such as docker.io/library/alpine:3.22')
      .option('--as <repository>', 'where it goes; default staging/ and its name')
      .option('--tag <tag>', 'the tag that it gets here')
      .option('--username <name>', 'of the other registry')
      .option('--password <password>', 'of the other registry')
      .option('--plain-http', 'the other registry speaks no TLS')
      .option('--wait', 'until it is judged')
      .option('--json', 'print JSON')
      .action(add);
    command.addHelpText(
      'after',
      '\nExamples:\n  assay intake show staging/base/alpine:3.22 --wait\n  assay intake approve staging/vendor/agent:2.1 --reason "Checked with the vendor, ticket 12"\n  assay intake add docker.io/library/alpine:3.22 --wait',
    );
  },
};
