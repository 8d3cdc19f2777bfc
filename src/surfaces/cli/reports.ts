import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { ImageDetail, ReportRow } from '#model/api-images.ts';
import { type ApiClient, createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paint, plain, print, printJson, table } from './output.ts';
import { resolveReference } from './resolve-reference.ts';

async function reportsOf(client: ApiClient, reference: string): Promise<ReportRow[]> {
  const { digest } = await resolveReference(client, reference);
  return (await client.get<ImageDetail>(`/images/${digest}`)).reports;
}

function signatureText({ signature }: ReportRow): string {
  if (!signature) return paint('red', 'not signed');
  const signer = signature.developmentKey ? `${signature.signedBy} (development key)` : signature.signedBy;
  return signature.valid ? paint('green', plain(signer)) : paint('red', `invalid: ${plain(signer)}`);
}

async function list(reference: string, { json }: { readonly json?: boolean }): Promise<void> {
  const reports = await reportsOf(createApiClient(readCredentials(process.env)), reference);
  if (json) return printJson({ items: reports });
  if (reports.length === 0) return print('No report yet: it is written when the image is judged.');
  const rows = reports.map((report) => [
    report.kind,
    report.format,
    formatTime(report.createdAt),
    formatTime(report.validUntil),
    signatureText(report),
    report.digest,
  ]);
  print(table(['ABOUT', 'FORMAT', 'WRITTEN', 'VALID UNTIL', 'SIGNED BY', 'DIGEST'], rows));
}

async function download(
  reference: string,
  { output, format }: { readonly output: string; readonly format?: string },
): Promise<void> {
  const client = createApiClient(readCredentials(process.env));
  const wanted = (await reportsOf(client, reference)).filter(
    (report) => report.current && (!format || report.format === format),
  );
  if (wanted.length === 0)
    throw new AppError(
      'not-found',
      `cannot download: ${reference} has no current report${format ? ` in ${format}` : ''}`,
    );
  await mkdir(output, { recursive: true });
  for (const report of wanted) {
    const file = join(output, `${report.kind}-${report.format}.json`);
    await writeFile(file, await client.download(report.href));
    print(file);
  }
}

export const reportsCommand: CliCommand = {
  name: 'reports',
  summary: 'list and download signed reports',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('the reports of an image, with their signatures')
      .argument('<reference>', 'NAME:TAG, NAME@DIGEST or a digest')
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('download')
      .description('write the current reports to a folder')
      .argument('<reference>', 'NAME:TAG, NAME@DIGEST or a digest')
      .option('--output <folder>', 'where to', '.')
      .option('--format <format>', 'only this one: sarif, cyclonedx, malware-sarif')
      .action(download);
  },
};
