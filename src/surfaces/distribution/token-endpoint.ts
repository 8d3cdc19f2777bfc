import type { IncomingMessage } from 'node:http';
import { AppError } from '#kernel/errors.ts';
import type { Principal } from '#model/access.ts';
import { addressOf, mayDo, parseAuthorization, serviceOf } from './authorization.ts';
import type { Credentials, DistributionDeps, RegistryScope } from './distribution-deps.ts';
import type { RateGate } from './rate-gate.ts';
import { type Answer, jsonAnswer } from './registry-answer.ts';
import { readBody } from './request-body.ts';
import { formatScope, parseScopes } from './scope.ts';

const MAX_FORM_BYTES = 64 * 1024;

/**
 * Docker's registry token specification: GET with Basic credentials, and the OAuth2 form of it, POST with a password or
 * with an API token as the refresh token. A scope is granted as far as the principal has the right.
 */
export async function answerToken(deps: DistributionDeps, request: IncomingMessage, rates: RateGate): Promise<Answer> {
  if (request.method === 'POST') return tokenFromForm(deps, request, rates);
  if (request.method !== 'GET') {
    throw new AppError('UNSUPPORTED', 'cannot do that here: use GET or POST', { details: { allow: 'GET, POST' } });
  }
  const url = request.url ?? '';
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const principal = await identify(deps, request, parseAuthorization(request.headers.authorization));
  rates.enter({ principal, from: addressOf(deps, request) }, '');
  const { token, expiresInSeconds } = await grant(deps, principal, query);
  return answer({
    token,
    access_token: token,
    expires_in: expiresInSeconds,
    issued_at: deps.clock.now().toISOString(),
  });
}

async function tokenFromForm(deps: DistributionDeps, request: IncomingMessage, rates: RateGate): Promise<Answer> {
  const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES, 'form')).toString('utf8'));
  const principal = await identify(deps, request, credentialsIn(form));
  rates.enter({ principal, from: addressOf(deps, request) }, '');
  const { token, expiresInSeconds, scopes } = await grant(deps, principal, form);
  const scope = scopes.map(({ name, actions }) => formatScope(name, actions)).join(' ');
  const issued = { token, access_token: token, expires_in: expiresInSeconds, scope };
  const refresh = form.get('refresh_token');
  return answer({
    ...issued,
    issued_at: deps.clock.now().toISOString(),
    ...(refresh !== null && { refresh_token: refresh }),
  });
}

function credentialsIn(form: URLSearchParams): Credentials {
  const type = form.get('grant_type');
  if (type === 'password') {
    return { kind: 'basic', username: form.get('username') ?? '', password: form.get('password') ?? '' };
  }
  if (type === 'refresh_token') return { kind: 'bearer', token: form.get('refresh_token') ?? '' };
  throw new AppError('invalid-input', 'cannot issue token: grant_type must be password or refresh_token');
}

async function identify(
  deps: DistributionDeps,
  request: IncomingMessage,
  credentials: Credentials | undefined,
): Promise<Principal> {
  const principal = credentials
    ? await deps.access.authenticate(credentials, addressOf(deps, request))
    : deps.access.anonymous();
  if (principal) return principal;
  const message = credentials ? 'cannot sign in: wrong name or password' : 'cannot go on without credentials: sign in';
  throw new AppError('UNAUTHORIZED', message, { details: { challenge: 'Basic realm="Assay"' } });
}

async function grant(deps: DistributionDeps, principal: Principal, parameters: URLSearchParams) {
  const scopes: RegistryScope[] = [];
  for (const asked of parseScopes(parameters.getAll('scope'))) {
    scopes.push({ ...asked, actions: await granted(deps, principal, asked) });
  }
  // A token is for this registry, whatever service the client names.
  const issued = await deps.access.issueToken(principal, scopes, serviceOf(deps.publicUrl));
  return { ...issued, scopes };
}

async function granted(deps: DistributionDeps, principal: Principal, asked: RegistryScope): Promise<string[]> {
  if (asked.type !== 'repository') return [...asked.actions];
  const actions: string[] = [];
  for (const action of ['pull', 'push', 'delete'] as const) {
    if (!asked.actions.includes(action)) continue;
    const may =
      (await mayDo(deps, principal, action, asked.name)) ||
      (action === 'pull' && (await mayDo(deps, principal, 'see', asked.name)));
    if (may) actions.push(action);
  }
  return actions;
}

function answer(body: object): Answer {
  return jsonAnswer(200, body, { 'cache-control': 'no-store' });
}
