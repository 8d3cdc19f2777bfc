import { resolve } from 'node:path';
import { exportTrust } from '#features/signing/index.ts';
import { AppError } from '#kernel/errors.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { paint, plain, print, printJson } from './output.ts';
import { authorityOf, fetchTrust } from './server-trust.ts';

interface ExportOptions {
  readonly host?: string;
  readonly json?: boolean;
}

async function exportFolder(folder: string, { host, json }: ExportOptions): Promise<void> {
  const answer = await fetchTrust(createApiClient(readCredentials(process.env)));
  const registry = host ?? answer.registryHost;
  if (!/^[A-Za-z0-9.-]+(?::\d+)?$/.test(registry)) {
    throw new AppError('invalid-input', `cannot use host "${registry}": expected HOST or HOST:PORT`);
  }
  const scopes = answer.repositories.map((repository) => `${registry}/${repository}`);
  const path = resolve(folder);
  await exportTrust(path, authorityOf(answer, scopes));
  if (json) return printJson({ folder: path, scopes, developmentKey: answer.developmentKey });
  print(`${path} now trusts ${answer.roots.length} authority for ${scopes.length} repositories on ${plain(registry)}.`);
  if (answer.developmentKey) {
    print(paint('yellow', 'These reports are signed by a development key that Assay made itself: do not rely on it.'));
  }
  const example = scopes[0] ?? `${registry}/golden/NAME`;
  print(`Verify with:  NOTATION_CONFIG=${path} notation verify ${plain(example)}@DIGEST`);
}

async function show({ json }: { readonly json?: boolean }): Promise<void> {
  const answer = await fetchTrust(createApiClient(readCredentials(process.env)));
  if (json) return printJson(answer);
  const key = answer.developmentKey ? paint('yellow', 'a development key that Assay made itself') : 'a configured key';
  print(`Reports and approvals on ${plain(answer.registryHost)} are signed with ${key}.`);
  for (const identity of answer.identities) print(`Signer: ${plain(identity)}`);
  print(answer.roots.join(''));
}

export const trustCommand: CliCommand = {
  name: 'trust',
  summary: 'what verifiers need to trust this catalog',
  configure(command) {
    command
      .command('export')
      .description('make a folder a configuration of the notation client')
      .argument('<folder>', 'where to; statements and stores of others in it stay')
      .option('--host <host>', 'HOST[:PORT] that images are pulled from, where it is not the public address')
      .option('--json', 'print JSON')
      .action(exportFolder);
    command
      .command('show')
      .description('the signer and its root certificates')
      .option('--json', 'print JSON')
      .action(show);
    command.addHelpText(
      'after',
      '\nExamples:\n  assay trust export ./trust\n  NOTATION_CONFIG=$PWD/trust notation verify 127.0.0.1:5080/golden/base/alpine:3.20',
    );
  },
};
