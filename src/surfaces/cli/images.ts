import type { FindingPage, HistoryPage, ImageDetail, PackagePage } from '#model/api-images.ts';
import { severities } from '#model/severity.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paint, paintGrade, paintState, plain, print, printJson, table } from './output.ts';
import { resolveReference } from './resolve-reference.ts';

const api = (): ApiClient => createApiClient(readCredentials(process.env));

function printImage(image: ImageDetail): void {
  const counts = severities.map((severity) => `${image.posture?.counts[severity] ?? 0} ${severity}`).join(', ');
  print(`${image.digest}  ${image.platforms.map((each) => each.platform).join(' ')}`);
  print(
    `grade ${paintGrade(image.posture?.grade)}  ${counts}; ${image.posture?.fixable ?? 0} can be fixed, ${image.posture?.knownExploited ?? 0} known exploited`,
  );
  print(
    `support ends ${image.window.endOfLife ?? 'on an unknown day'}${image.window.decidedBy ? ` (${plain(image.window.decidedBy.subject)})` : ''}`,
  );
  print(`scanned ${formatTime(image.scannedAt)}, next ${formatTime(image.nextScanAt)}\n`);
  for (const state of image.repositories) {
    print(
      `${plain(state.repository)} ${state.tags.join(' ')}  ${paintState(state.state)} since ${formatTime(state.since)}`,
    );
    if (state.notice) print(`  ${plain(state.notice)}`);
  }
  for (const found of image.malware)
    print(paint('magenta', `malware ${plain(found.signature)} in ${plain(found.path)}`));
  for (const problem of image.problems) print(paint('yellow', `problem ${problem.code}: ${plain(problem.message)}`));
}

async function show(reference: string, { json }: { readonly json?: boolean }): Promise<void> {
  const client = api();
  const { digest } = await resolveReference(client, reference);
  const image = await client.get<ImageDetail>(`/images/${digest}`);
  if (json) return printJson(image);
  printImage(image);
}

interface PageOptions {
  readonly json?: boolean;
  readonly limit: string;
}

async function findings(reference: string, { json, limit }: PageOptions): Promise<void> {
  const client = api();
  const { digest } = await resolveReference(client, reference);
  const page = await client.get<FindingPage>(`/images/${digest}/findings`, { limit });
  if (json) return printJson(page);
  const rows = page.items.map((finding) => [
    finding.severity,
    finding.aliases[0] ?? finding.id,
    `${plain(finding.package.name)} ${plain(finding.package.version)}`,
    plain(finding.fixedVersion ?? 'no fix yet'),
    finding.knownExploitedSince
      ? `known exploited since ${finding.knownExploitedSince}`
      : plain(finding.acceptance ? `accepted: ${finding.acceptance.reason}` : finding.summary),
  ]);
  print(rows.length > 0 ? table(['SEVERITY', 'ID', 'PACKAGE', 'FIXED IN', 'ABOUT'], rows) : 'No findings.');
}

async function packages(reference: string, { json, limit }: PageOptions): Promise<void> {
  const client = api();
  const { digest } = await resolveReference(client, reference);
  const page = await client.get<PackagePage>(`/images/${digest}/packages`, { limit });
  if (json) return printJson(page);
  const rows = page.items.map((item) => [
    plain(item.name),
    plain(item.version),
    plain(item.ecosystem),
    String(item.findings),
    plain(item.locations[0]?.path ?? ''),
  ]);
  print(table(['PACKAGE', 'VERSION', 'ECOSYSTEM', 'FINDINGS', 'PATH'], rows));
}

async function history(reference: string, { json, limit }: PageOptions): Promise<void> {
  const client = api();
  const { digest } = await resolveReference(client, reference);
  const page = await client.get<HistoryPage>(`/images/${digest}/history`, { limit });
  if (json) return printJson(page);
  print(
    table(
      ['WHEN', 'REPOSITORY', 'STATE', 'BY', 'WHAT'],
      page.items.map((row) => [
        formatTime(row.at),
        plain(row.repository),
        row.state ? paintState(row.state) : '',
        plain(row.actor),
        plain(row.message),
      ]),
    ),
  );
}

export const imagesCommand: CliCommand = {
  name: 'images',
  summary: 'what is known of one image',
  configure(command) {
    const reading = { show, findings, packages, history };
    const about = {
      show: 'state, posture, support and problems',
      findings: 'the findings, worst first',
      packages: 'the packages with layer and path',
      history: 'what happened to it',
    };
    for (const name of ['show', 'findings', 'packages', 'history'] as const) {
      command
        .command(name, { isDefault: name === 'show' })
        .description(about[name])
        .argument('<reference>', 'NAME:TAG, NAME@DIGEST or a digest')
        .option('--limit <number>', 'how many rows', '200')
        .option('--json', 'print JSON')
        .action(reading[name]);
    }
    command.addHelpText(
      'after',
      '\nExamples:\n  assay images golden/base/alpine:3.22\n  assay images findings golden/web/storefront:1.4',
    );
  },
};
