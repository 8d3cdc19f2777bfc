import { readTrust, type Trust, type Verification } from '#features/signing/index.ts';
import { formatReference, parseReference } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { createRegistryClient } from '#platform/network/registry-client.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { formatTime, paint, plain, print, printJson, table } from './output.ts';
import { fetchTrust, trustOf } from './server-trust.ts';
import { type SubjectVerification, verifyReference } from './verify-signatures.ts';

interface VerifyOptions {
  readonly trust?: string;
  readonly plainHttp?: boolean;
  readonly json?: boolean;
}

interface Place {
  readonly trust: Trust;
  readonly host: string;
  readonly developmentKey: boolean;
}

/** A host in the reference is asked; without one it is the server of ASSAY_URL. */
async function placeOf(registry: string | null, options: VerifyOptions): Promise<Place> {
  if (options.trust !== undefined && registry !== null) {
    return { trust: await readTrust(options.trust), host: registry, developmentKey: false };
  }
  const answer = await fetchTrust(createApiClient(readCredentials(process.env)));
  const host = registry ?? answer.registryHost;
  if (options.trust !== undefined) return { trust: await readTrust(options.trust), host, developmentKey: false };
  if (host !== answer.registryHost) {
    throw new AppError(
      'invalid-input',
      `cannot verify images of ${host}: the server's own trust covers ${answer.registryHost}; name a folder with --trust`,
    );
  }
  return { trust: trustOf(answer), host, developmentKey: answer.developmentKey };
}

function isPlain(host: string, serverUrl: string): boolean {
  const server = new URL(serverUrl);
  if (server.host === host) return server.protocol === 'http:';
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(host);
}

async function verify(text: string, options: VerifyOptions): Promise<void> {
  const reference = parseReference(text);
  const target = reference.digest ?? reference.tag;
  if (target === null) throw new AppError('invalid-input', `cannot verify "${text}": name a tag or a digest`);
  const place = await placeOf(reference.registry, options);
  const credentials = readCredentials(process.env);
  const password = credentials.token ?? credentials.password;
  const isOurs = new URL(credentials.url).host === place.host;
  const registry = createRegistryClient({
    http: createHttpClient({ allowPrivate: true }),
    registry: place.host,
    plainHttp: options.plainHttp ?? isPlain(place.host, credentials.url),
    ...(isOurs && password !== undefined ? { username: credentials.username ?? 'token', password } : {}),
  });
  const at = { host: place.host, repository: reference.repository, reference: target };
  const results = await verifyReference({ registry, trust: place.trust, now: new Date() }, at);
  const valid = results.every((result) => result.valid);
  if (!valid) process.exitCode = 1;
  if (options.json) return printJson({ reference: text, valid, developmentKey: place.developmentKey, results });
  print(plain(formatReference({ ...reference, registry: place.host })));
  print(table(['WHAT', 'SIGNATURE', 'SIGNED BY', 'VALID UNTIL', 'DIGEST'], results.map(rowOf)));
  for (const result of results) for (const reason of reasonsOf(result)) print(`${result.what}: ${plain(reason)}`);
  if (place.developmentKey)
    print(paint('yellow', 'Signed by a development key that Assay made itself: do not rely on it.'));
}

function rowOf(result: SubjectVerification): string[] {
  const shown = best(result);
  return [
    plain(result.what),
    result.valid ? paint('green', 'valid') : paint('red', 'not valid'),
    plain(shown?.signedBy ?? '–'),
    formatTime(shown?.expiresAt?.toISOString() ?? null),
    result.digest,
  ];
}

function best({ signatures }: SubjectVerification): Verification | undefined {
  return signatures.find((signature) => signature.valid) ?? signatures[0];
}

/** Why something is not valid; what only was logged is said as well. */
function reasonsOf(result: SubjectVerification): string[] {
  const checks = best(result)?.checks ?? [];
  const said = checks.filter(({ outcome }) => outcome === 'failed' || outcome === 'logged');
  return [...result.problems, ...said.map(({ name, detail }) => `${name}: ${detail}`)];
}

export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'check the signatures of an image and of its reports',
  configure(command) {
    command
      .argument('<reference>', '[HOST/]NAME:TAG or [HOST/]NAME@DIGEST, of an image or of a report')
      .option('--trust <folder>', 'a configuration folder of the notation client; else what the server says of itself')
      .option('--plain-http', 'speak HTTP to the registry')
      .option('--json', 'print JSON with every check')
      .action(verify);
    command.addHelpText(
      'after',
      '\nExits 0 when the image and the newest report of each kind carry a valid signature, 1 when not.\n\nExamples:\n  assay verify golden/base/alpine:3.20\n  assay trust export ./trust && assay verify --trust ./trust 127.0.0.1:5080/golden/base/alpine:3.20',
    );
  },
};
