import { isRepositoryName } from '#formats/oci/reference.ts';
import type { RegistryScope } from './distribution-deps.ts';

const MAX_SCOPES = 50;
const ALL = ['pull', 'push', 'delete'];

/** Docker's token scope: `repository:NAME:ACTION[,ACTION]`, several parted by spaces or in several parameters. */
export function parseScopes(parameters: readonly string[]): RegistryScope[] {
  const scopes = parameters
    .flatMap((parameter) => parameter.split(' '))
    .filter((text) => text !== '')
    .slice(0, MAX_SCOPES)
    .map(parseScope);
  return scopes.filter((scope) => scope !== undefined);
}

/** A name may have colons where it begins with a host; ours never does, so nothing is between the second and the last. */
function parseScope(text: string): RegistryScope | undefined {
  const [type = '', name = '', actions = '', ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  if (type === 'registry') return name === 'catalog' ? { type, name, actions: ['*'] } : undefined;
  if (type !== 'repository' || !isRepositoryName(name)) return undefined;
  const asked = actions === '*' ? ALL : ALL.filter((action) => actions.split(',').includes(action));
  return { type, name, actions: asked };
}

export function formatScope(repository: string, actions: readonly string[]): string {
  return `repository:${repository}:${actions.join(',')}`;
}

/** Clients ask for `push` before they delete; whether the principal may delete is asked in any case. */
const accepted: Readonly<Record<string, readonly string[]>> = { delete: ['delete', 'push'] };

export function covers(scopes: readonly RegistryScope[], repository: string, action: string): boolean {
  const enough = accepted[action] ?? [action];
  return scopes.some(
    (scope) =>
      scope.type === 'repository' && scope.name === repository && scope.actions.some((given) => enough.includes(given)),
  );
}
