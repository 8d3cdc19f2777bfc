import { AppError } from '#kernel/errors.ts';
import type { CreatedToken, UserRow } from '#model/api-access.ts';
import { createApiClient, readCredentials } from './client.ts';
import type { CliCommand } from './command.ts';
import { plain, print, printJson, table } from './output.ts';

const grantsOf = (grants: UserRow['grants']): string =>
  grants.map((grant) => `${grant.role}@${grant.namespace}`).join(' ') || 'none';

/** `publisher@staging` gives the role in the namespace; without a namespace it is given in all. */
function parseGrant(text: string): UserRow['grants'][number] {
  const [role, namespace = '*'] = text.split('@');
  if (role === 'reader' || role === 'publisher' || role === 'curator' || role === 'administrator')
    return { role, namespace };
  throw new AppError(
    'invalid-input',
    `cannot grant ${text}: use reader, publisher, curator or administrator, as in publisher@staging`,
  );
}

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const page = await createApiClient(readCredentials(process.env)).get<{ items: UserRow[] }>('/users', { limit: 200 });
  if (json) return printJson(page);
  print(
    table(
      ['NAME', 'KIND', 'ROLES', 'STATE'],
      page.items.map((user) => [
        plain(user.name),
        user.kind,
        grantsOf(user.grants),
        user.disabled ? 'disabled' : 'active',
      ]),
    ),
  );
}

async function create(
  name: string,
  options: { readonly kind: string; readonly grant: string[]; readonly password?: string; readonly json?: boolean },
): Promise<void> {
  const { kind, password } = options;
  const body = { name, kind, ...(password && { password }), grants: options.grant.map(parseGrant) };
  const user = await createApiClient(readCredentials(process.env)).send<UserRow>('POST', '/users', body);
  if (options.json) return printJson(user);
  print(`Created ${user.kind} ${plain(user.name)}: ${grantsOf(user.grants)}.`);
}

async function grant(name: string, grants: readonly string[]): Promise<void> {
  const user = await createApiClient(readCredentials(process.env)).send<UserRow>(
    'PATCH',
    `/users/${encodeURIComponent(name)}`,
    { grants: grants.map(parseGrant) },
  );
  print(`${plain(user.name)} has now: ${grantsOf(user.grants)}.`);
}

async function token(name: string, options: { readonly expires?: string; readonly json?: boolean }): Promise<void> {
  const expiresAt = options.expires ? `${options.expires}T00:00:00Z` : null;
  const created = await createApiClient(readCredentials(process.env)).send<CreatedToken>('POST', '/tokens', {
    name,
    expiresAt,
  });
  if (options.json) return printJson(created);
  print(`${created.secret}\nThis token is shown once. It is yours: it may do what you may.`);
}

const collect = (value: string, all: string[]): string[] => [...all, value];

export const usersCommand: CliCommand = {
  name: 'users',
  summary: 'users, robots, teams, their roles, and your tokens',
  configure(command) {
    command
      .command('list', { isDefault: true })
      .description('everybody, with roles')
      .option('--json', 'print JSON')
      .action(list);
    command
      .command('create')
      .description('create a user, robot, team or workload')
      .argument('<name>')
      .option('--kind <kind>', 'user, robot, team or workload', 'user')
      .option('--grant <role>', 'a role, as in publisher@staging; may be repeated', collect, [])
      .option('--password <password>', 'at least 12 characters; robots use tokens instead')
      .option('--json', 'print JSON')
      .action(create);
    command
      .command('grant')
      .description('replace the roles of a principal')
      .argument('<name>')
      .argument('<roles...>', 'as in reader@golden publisher@staging')
      .action(grant);
    command
      .command('token')
      .description('create an API token for yourself')
      .argument('<name>', 'what it is for')
      .option('--expires <day>', 'YYYY-MM-DD')
      .option('--json', 'print JSON')
      .action(token);
  },
};
