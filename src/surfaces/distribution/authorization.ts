import type { IncomingMessage } from 'node:http';
import { AppError } from '#kernel/errors.ts';
import type { Principal } from '#model/access.ts';
import type { Credentials, DistributionDeps, RegistryScope } from './distribution-deps.ts';
import { covers, formatScope } from './scope.ts';

export type Action = 'pull' | 'push' | 'delete';
/** What a request needs; who may see a repository may list it, with a token for pulls. */
export type Need = Action | 'see';

/** Who asks, and for what their token is good; without a token, for everything that they may do. */
export interface Caller {
  readonly principal: Principal;
  readonly scopes: readonly RegistryScope[] | undefined;
  readonly isAnonymous: boolean;
  readonly from: string;
}

export function serviceOf(publicUrl: string): string {
  return new URL(publicUrl).host;
}

/** Undefined when the header is absent or empty, as of clients that were given no user name. */
export function parseAuthorization(header: string | undefined): Credentials | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ', 2);
  if (/^bearer$/i.test(scheme)) return { kind: 'bearer', token: value };
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text === ':') return undefined;
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function addressOf(deps: DistributionDeps, request: IncomingMessage): string {
  return deps.addressOf?.(request) ?? request.socket.remoteAddress ?? '';
}

/** Throws `UNAUTHORIZED` with a challenge when credentials are wrong, or needed and absent. */
export async function authenticate(
  deps: DistributionDeps,
  request: IncomingMessage,
  scope: string | undefined,
): Promise<Caller> {
  const from = addressOf(deps, request);
  const credentials = parseAuthorization(request.headers.authorization);
  if (!credentials) {
    const principal = deps.access.anonymous();
    if (principal) return { principal, scopes: undefined, isAnonymous: true, from };
    throw unauthorized(deps, 'cannot go on without credentials: sign in', scope);
  }
  if (credentials.kind === 'bearer') {
    const token = await deps.access.verifyToken(credentials.token, serviceOf(deps.publicUrl));
    if (token) return { ...token, isAnonymous: token.principal.id === 'anonymous', from };
  }
  const principal = await deps.access.authenticate(credentials, from);
  if (principal) return { principal, scopes: undefined, isAnonymous: false, from };
  const isToken = credentials.kind === 'bearer';
  const message = isToken ? 'cannot use this token: it is over or not ours' : 'cannot sign in: wrong name or password';
  throw unauthorized(deps, message, scope, isToken ? 'invalid_token' : undefined);
}

/**
 * The answer is the same whether the repository exists or not: `UNAUTHORIZED` to who may sign in for it or whose token
 * was not asked for it, `DENIED` to who may not.
 */
export async function demand(deps: DistributionDeps, caller: Caller, need: Need, repository: string): Promise<void> {
  const scope = scopeFor(need, repository);
  if (!(await mayDo(deps, caller.principal, need, repository))) {
    if (caller.isAnonymous)
      throw unauthorized(deps, `cannot ${need} ${repository} without credentials: sign in`, scope);
    const { name } = caller.principal;
    throw new AppError('DENIED', `${name} may not ${need} ${repository}, or it does not exist; ask for the right`);
  }
  demandScope(deps, caller, need === 'see' ? 'pull' : need, repository, scope);
}

/** Throws `UNAUTHORIZED` when the caller's token was asked for something else; the challenge names `scope`. */
export function demandScope(
  deps: DistributionDeps,
  caller: Caller,
  action: Action,
  repository: string,
  scope: string,
): void {
  if (caller.scopes === undefined || covers(caller.scopes, repository, action)) return;
  throw unauthorized(deps, `cannot ${action} ${repository} with this token`, scope, 'insufficient_scope');
}

export async function mayDo(
  deps: DistributionDeps,
  principal: Principal,
  need: Need,
  repository: string,
): Promise<boolean> {
  if (need === 'see') return deps.maySee(principal, repository);
  if (need === 'pull') return deps.mayPull(principal, repository);
  return need === 'push' ? deps.mayPush(principal, repository) : deps.mayDelete(principal, repository);
}

export function scopeFor(need: Need, repository: string): string {
  const actions: Readonly<Record<Need, readonly Action[]>> = {
    see: ['pull'],
    pull: ['pull'],
    push: ['pull', 'push'],
    delete: ['pull', 'delete'],
  };
  return formatScope(repository, actions[need]);
}

/** RFC 6750, section 3, in the form of Docker's registry token specification. */
export function unauthorized(
  deps: Pick<DistributionDeps, 'publicUrl'>,
  message: string,
  scope: string | undefined,
  error?: 'invalid_token' | 'insufficient_scope',
): AppError {
  const parts = [`realm="${deps.publicUrl}/auth/token"`, `service="${serviceOf(deps.publicUrl)}"`];
  if (scope) parts.push(`scope="${scope}"`);
  if (error) parts.push(`error="${error}"`);
  return new AppError('UNAUTHORIZED', message, { details: { challenge: `Bearer ${parts.join(',')}` } });
}
