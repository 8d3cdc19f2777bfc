import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseJson } from '#kernel/json.ts';
import type { RulesDetail, RulesInForce, RulesRow } from '#model/api-rules.ts';
import type { NamespaceRules, RateWindow } from '#model/namespace-rules.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatBytes, formatTime, plain, print, printJson, table } from './output.ts';
import { changedRules, checkRules, type RuleOptions } from './rule-options.ts';

interface JsonOption {
  readonly json?: boolean;
}

function pathOf(place: string): string {
  return `/rules/${encodeURIComponent(place)}`;
}

function client() {
  return createApiClient(readCredentials(process.env));
}

async function list({ json }: JsonOption): Promise<void> {
  const { items } = await client().get<{ items: RulesRow[] }>('/rules');
  if (json) return printJson(items);
  if (items.length === 0) return print('No place has rules of its own. "assay rules set" makes some.');
  const rows = items.map((row) => [
    plain(row.place),
    Object.entries(row.rules)
      .map(([rule, value]) => (value === false ? `no ${rule}` : rule))
      .join(', '),
    plain(row.changedBy ?? '–'),
    formatTime(row.changedAt),
  ]);
  print(table(['PLACE', 'RULES', 'CHANGED BY', 'CHANGED'], rows));
}

async function show(place: string, { json }: JsonOption): Promise<void> {
  const detail = await client().get<RulesDetail>(pathOf(place));
  if (json) return printJson(detail);
  printDetail(detail);
}

async function set(place: string, { json, ...options }: RuleOptions & JsonOption): Promise<void> {
  const { rules, version } = await client().get<RulesDetail>(pathOf(place));
  await write(place, { rules: changedRules(rules, options), version }, json);
}

async function put(place: string, file: string, { json }: JsonOption): Promise<void> {
  const text = file === '-' ? await readInput() : await readFile(file, 'utf8');
  await write(place, { rules: checkRules(parseJson(text, file === '-' ? 'the rules' : file)) }, json);
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function write(
  place: string,
  change: { readonly rules: NamespaceRules; readonly version?: number },
  json: boolean | undefined,
): Promise<void> {
  const detail = await client().send<RulesDetail>('PUT', pathOf(place), change);
  if (json) return printJson(detail);
  printDetail(detail);
}

function printDetail({ place, version, inForce, usage, changedAt, changedBy }: RulesDetail): void {
  const own = version === 0 ? 'no rules of its own' : `changed by ${changedBy} on ${formatTime(changedAt)}`;
  print(`${plain(place)}: ${plain(own)}\n`);
  print(
    table(
      ['RULE', 'IN FORCE', 'FROM'],
      rowsOf(inForce).map((row) => row.map(plain)),
    ),
  );
  const bytes = usage.bytes === null ? '' : ` and ${formatBytes(usage.bytes)}`;
  print(`\n${usage.repositories} repositories${bytes} stand below it.`);
}

function rowsOf({ immutableTags, quotas, rateLimit, undelete, retention }: RulesInForce): string[][] {
  return [
    ['immutable tags', immutableTags?.patterns.join(' ') ?? 'none', immutableTags?.place ?? '–'],
    ...(quotas.length === 0 ? [['quota', 'none', '–']] : []),
    ...quotas.map((quota) => ['quota', quotaText(quota), quota.place]),
    ['rate limit', rateLimit ? rateText(rateLimit) : 'none', rateLimit?.place ?? '–'],
    ['undelete', undelete ? `within ${undelete.days} days` : 'never', undelete?.place ?? '–'],
    ...(retention ? retentionRows(retention) : [['retention', 'everything stays', '–']]),
  ];
}

function quotaText({ bytes, repositories }: RulesInForce['quotas'][number]): string {
  const parts = [
    bytes === undefined ? undefined : formatBytes(bytes),
    repositories === undefined ? undefined : `${repositories} repositories`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function rateText({ requests, bytes }: NonNullable<RulesInForce['rateLimit']>): string {
  const each = (window: RateWindow, what: string) => `${what} in ${window.seconds} s`;
  const parts = [
    requests && each(requests, `${requests.limit} requests`),
    bytes && each(bytes, formatBytes(bytes.limit)),
  ];
  return parts.filter(Boolean).join(', ');
}

function retentionRows({ place, rules, untaggedDays }: NonNullable<RulesInForce['retention']>): string[][] {
  const rows = rules.map((rule) => {
    const kept = [
      rule.keepAll && 'all stay',
      rule.keepLast !== undefined && `the last ${rule.keepLast} stay`,
      rule.keepPushedDays !== undefined && `pushed within ${rule.keepPushedDays} days`,
      rule.keepPulledDays !== undefined && `pulled within ${rule.keepPulledDays} days`,
    ];
    return ['retention', `${rule.tags.join(' ')}: ${kept.filter(Boolean).join(', or ')}`, place];
  });
  if (untaggedDays !== undefined)
    rows.push(['retention', `without a tag: pushed or pulled within ${untaggedDays} days`, place]);
  return rows;
}

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

function addRuleOptions(command: Command): Command {
  return command
    .option('--immutable <pattern>', 'tags that cannot be moved or deleted, as "v*"; "!v0*" for exceptions', collect)
    .option('--quota <size>', 'unique bytes below the place, as 500GB')
    .option('--repositories <number>', 'how many repositories below the place')
    .option('--requests <rate>', 'of one principal or address, as 1000/h')
    .option('--bytes <rate>', 'of one principal or address, as 50GB/h')
    .option('--undelete <days>', 'how long what was deleted may come back')
    .option('--keep-last <number>', 'retention: how many images stay, the newest first')
    .option('--keep-pushed <days>', 'retention: what was pushed within so many days stays')
    .option('--keep-pulled <days>', 'retention: what was pulled within so many days stays')
    .option('--tags <pattern>', 'retention: the tags that this is about; all by default', collect)
    .option('--untagged <days>', 'retention: images without a tag go after so many days')
    .option('--none <rule>', 'no such rule here: immutable, quota, rate, undelete or retention', collect)
    .option('--inherit <rule>', 'the rule of the place above again', collect);
}

export const rulesCommand: CliCommand = {
  name: 'rules',
  summary: 'rules of namespaces: immutable tags, quotas, rates, undeletion, retention',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('places that have rules of their own')
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('show')
      .description('what holds at a place, and from where')
      .argument('<place>', 'a namespace, a path below one, or "*"')
      .option('--json', 'print JSON')
      .action(show);
    addRuleOptions(command.command('set'))
      .description('change some rules of a place; the others stay')
      .argument('<place>', 'such as staging, staging/team or "*"')
      .option('--json', 'print JSON')
      .action(set);
    command
      .command('put')
      .description("replace a place's own rules by those in a file of JSON")
      .argument('<place>', 'such as staging')
      .argument('<file>', 'the rules, as "show --json" has them under "rules"; - for standard input')
      .option('--json', 'print JSON')
      .action(put);
    command.addHelpText(
      'after',
      '\nExamples:\n  assay rules set staging --immutable "v*" --undelete 30 --quota 500GB\n  assay rules set staging/nightly --keep-last 10 --keep-pulled 30\n  assay retention run staging --dry-run',
    );
  },
};
