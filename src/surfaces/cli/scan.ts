import { writeFile } from 'node:fs/promises';
import { AppError, messageOf } from '#kernel/errors.ts';
import { isAtLeast, type Severity, severities } from '#model/severity.ts';
import type { ImageSource } from '#platform/images/image-source.ts';
import { openImageSource } from '#platform/images/open-image-source.ts';
import { type ScannedTarget, scanTarget } from '#workflows/scan-target.ts';
import type { CliCommand } from './command.ts';
import { isCounted, renderScan, type ScanFormat, scanFormats } from './scan-formats.ts';

interface ScanOptions {
  readonly advisories?: string;
  readonly lifecycle?: string;
  readonly platform?: string;
  readonly format: string;
  readonly output?: string;
  readonly failOn?: string;
  readonly all?: boolean;
}

const FOUND = 1;

function checkFormat(text: string): ScanFormat {
  const format = scanFormats.find((each) => each === text);
  if (format) return format;
  throw new AppError('invalid-input', `cannot write format "${text}": use ${scanFormats.join(', ')}`);
}

function checkSeverity(text: string | undefined): Severity | undefined {
  if (text === undefined) return undefined;
  const severity = severities.find((each) => each === text.toLowerCase());
  if (severity) return severity;
  throw new AppError('invalid-input', `cannot fail on "${text}": use ${severities.join(', ')}`);
}

function isBad(scanned: readonly ScannedTarget[], threshold: Severity | undefined): boolean {
  return scanned.some((image) => {
    const counted = image.matches.filter((_, index) => isCounted(image, image.packages[index])).flat();
    const isMalicious = image.malware.length > 0 || counted.some((match) => match.malicious);
    return isMalicious || (threshold !== undefined && counted.some((match) => isAtLeast(match.severity, threshold)));
  });
}

function progress(): { step: (text: string) => Promise<void>; clear: () => void } {
  if (!process.stderr.isTTY || process.env.CI) return { step: async () => undefined, clear: () => undefined };
  return {
    step: async (text) => void process.stderr.write(`\r\u001b[2K${text} …`),
    clear: () => void process.stderr.write('\r\u001b[2K'),
  };
}

/** Loaded only where a registry is asked. */
async function openReference(reference: string): Promise<ImageSource> {
  const [{ createHttpClient }, { openRegistryImage }] = await Promise.all([
    import('#platform/network/http-client.ts'),
    import('#platform/images/registry-image.ts'),
  ]);
  const { ASSAY_USERNAME: username, ASSAY_PASSWORD: password } = process.env;
  return openRegistryImage({ http: createHttpClient({ allowPrivate: true }), username, password }, reference);
}

/** The same variables as the server's. */
function signatureFiles(): { hashLists: string[]; ruleFiles: string[] } {
  const list = (text = '') =>
    text
      .split(',')
      .map((path) => path.trim())
      .filter(Boolean);
  return { hashLists: list(process.env.ASSAY_MALWARE_HASHES), ruleFiles: list(process.env.ASSAY_YARA_RULES) };
}

async function scan(target: string, options: ScanOptions): Promise<void> {
  const format = checkFormat(options.format);
  const threshold = checkSeverity(options.failOn);
  const startedAt = new Date();
  const { step, clear } = progress();
  await using source = await openImageSource(target, openReference);
  const { advisories, lifecycle, platform, all = false } = options;
  const scanned = await scanTarget(source, { advisories, lifecycle, platform, all, ...signatureFiles(), step });
  clear();
  const text = await renderScan(format, { target, scanned, startedAt, finishedAt: new Date(), all });
  if (options.output === undefined) process.stdout.write(text);
  else {
    await writeFile(options.output, text).catch((cause: unknown) => {
      throw new AppError('invalid-input', `cannot write the result: ${messageOf(cause)}`, { cause });
    });
  }
  if (isBad(scanned, threshold)) process.exitCode = FOUND;
}

export const scanCommand: CliCommand = {
  name: 'scan',
  summary: 'scan an archive, a layout or a registry image, without a server',
  configure(command) {
    command
      .argument('<target>', 'an OCI or docker-save archive, an OCI layout folder, or HOST/NAME:TAG')
      .option('--advisories <folder>', 'OSV records as <ecosystem>/all.zip')
      .option('--lifecycle <file>', 'end-of-life data, as endoflife.date writes products/full')
      .option('--platform <platform>', 'only this one, such as linux/arm64 (default: all)')
      .option('--format <format>', scanFormats.join(', '), 'table')
      .option('--output <file>', 'write there instead of to standard output')
      .option('--all', 'also parts of system packages and what later layers removed, marked; they do not count')
      .option('--fail-on <severity>', `end with 1 when a finding is at least this: ${severities.join(', ')}`)
      .addHelpText(
        'after',
        '\nEnds with 0 when all is well, 1 when --fail-on is met or malware was found, 2 when the input cannot be used, 3 on an internal error.' +
          '\n\nExamples:\n  assay scan image.tar --advisories ./osv --fail-on critical\n  assay scan registry.example/team/app:1.4 --format sarif --output app.sarif',
      )
      .action(scan);
  },
};
