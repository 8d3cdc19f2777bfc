import { createInterface } from 'node:readline/promises';
import type { Me } from '#model/api-access.ts';
import { createApiClient, readCredentials, saveCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { plain, print } from './output.ts';

async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(question)).trim();
  } finally {
    reader.close();
  }
}

async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await ask('')).trim();
  process.stderr.write('Password: ');
  process.stdin.setRawMode(true);
  let password = '';
  try {
    for await (const chunk of process.stdin) {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') return password;
        if (character === '\u0003') process.exit(130);
        password = character === '\u007f' ? password.slice(0, -1) : password + character;
      }
    }
    return password;
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stderr.write('\n');
  }
}

interface LoginOptions {
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
}

async function login(address: string | undefined, options: LoginOptions): Promise<void> {
  const url = (address ?? readCredentials(process.env).url).replace(/\/+$/, '');
  const username = options.token === undefined ? (options.username ?? (await ask('User name: '))) : undefined;
  const credentials =
    options.token === undefined ? { url, username, password: await askPassword() } : { url, token: options.token };
  const me = await createApiClient(credentials as Parameters<typeof createApiClient>[0]).get<Me>('/me');
  const file = saveCredentials(process.env, credentials as Parameters<typeof saveCredentials>[1]);
  const roles = me.grants.map(
    (grant) => `${grant.role} in ${grant.namespace === '*' ? 'every namespace' : grant.namespace}`,
  );
  print(`Signed in to ${url} as ${plain(me.name)}: ${roles.join(', ') || 'no role yet'}. Saved in ${file}.`);
}

export const loginCommand: CliCommand = {
  name: 'login',
  summary: 'sign in to a server and remember it',
  configure(command) {
    command
      .argument('[url]', 'the server; default ASSAY_URL, or the one used last')
      .option('-u, --username <name>', 'user name')
      .option('--password-stdin', 'read the password from standard input')
      .option('--token <token>', 'an API token instead of a password')
      .addHelpText(
        'after',
        '\nExamples:\n  assay login http://127.0.0.1:5080 -u admin\n  assay login -u admin --password-stdin < data/admin-password',
      )
      .action(login);
  },
};
