import type { IncomingMessage } from 'node:http';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Authenticator,
  anonymous,
  audit,
  createSession,
  endSession,
  findSession,
} from '#features/access/index.ts';
import type { AnnouncedTrust } from '#features/signing/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { type Permission, type Principal, permissions } from '#model/access.ts';
import { Me, SignIn } from '#model/api-access.ts';
import type { Database } from '#platform/database/database.ts';
import type { Arrival } from '#platform/network/forwarded.ts';
import { holdsAnywhere, type Route, route } from './route.ts';

const COOKIE = 'assay_session';

export interface SessionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  readonly registryHost: string;
  /** Whether everybody comes by TLS; otherwise it depends on the request. */
  readonly isSecure: boolean;
  arrivalOf(request: IncomingMessage): Arrival;
  readonly version: string;
  trust(): Promise<AnnouncedTrust>;
}

export interface IdentifyDeps extends Pick<SessionDeps, 'db' | 'clock' | 'authenticator' | 'arrivalOf'> {
  /** Whether somebody without credentials may read `golden/`. */
  readonly allowsAnonymous: boolean;
}

const nobody: Principal = { ...anonymous, grants: [] };

function refuseCredentials(): never {
  throw new AppError('not-signed-in', 'cannot sign in: the user name, password or token is wrong');
}

/** Basic, a bearer token or the portal's session. Wrong credentials are an error, never a silent anonymous. */
export function createIdentify(deps: IdentifyDeps): (request: FastifyRequest) => Promise<Principal> {
  const { db, clock, authenticator, arrivalOf, allowsAnonymous } = deps;
  return async (request) => {
    const from = arrivalOf(request.raw).address;
    const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ', 2);
    if (scheme.toLowerCase() === 'basic') {
      const [username = '', ...rest] = Buffer.from(value, 'base64').toString().split(':');
      const password = rest.join(':');
      return (await authenticator.authenticate({ kind: 'basic', username, password }, from)) ?? refuseCredentials();
    }
    if (scheme.toLowerCase() === 'bearer') {
      return (await authenticator.authenticate({ kind: 'bearer', token: value }, from)) ?? refuseCredentials();
    }
    const secret = request.cookies[COOKIE];
    const known = secret ? await findSession(db, secret, clock.now()) : undefined;
    if (known) return known;
    return allowsAnonymous ? anonymous : nobody;
  };
}

async function meOf(principal: Principal, deps: SessionDeps): Promise<Me> {
  const { id, kind, name, grants } = principal;
  return {
    name,
    kind,
    anonymous: id === anonymous.id,
    grants: [...grants],
    permissions: Object.keys(permissions).filter((permission) => holdsAnywhere(principal, permission as Permission)),
    registryHost: deps.registryHost,
    developmentKey: (await deps.trust()).developmentKey,
    version: deps.version,
  };
}

export function sessionRoutes(deps: SessionDeps): Route[] {
  const { db, clock, authenticator } = deps;
  const cookieFor = (reply: FastifyReply) => {
    const secure = deps.isSecure || deps.arrivalOf(reply.request.raw).isSecure;
    return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  };

  async function signIn({ username, password }: SignIn, from: string, reply: FastifyReply): Promise<Me> {
    const principal =
      (await authenticator.authenticate({ kind: 'basic', username, password }, from)) ?? refuseCredentials();
    const at = clock.now();
    const session = await createSession(db, { principalId: principal.id, from, at });
    await audit(db, { actor: principal, action: 'session.create', subject: principal.name, from, at });
    reply.setCookie(COOKIE, session.secret, { ...cookieFor(reply), expires: session.expiresAt });
    return meOf(principal, deps);
  }

  return [
    route({
      method: 'GET',
      path: '/me',
      summary: 'Who the caller is, and what the caller may do',
      permission: 'anyone',
      result: Me,
      handle: async (_, caller) => meOf(caller.principal, deps),
    }),
    route({
      method: 'POST',
      path: '/session',
      summary: 'Sign in to the portal: sets a session cookie',
      permission: 'anyone',
      body: SignIn,
      result: Me,
      handle: async ({ body }, caller, reply) => signIn(body, caller.from, reply),
    }),
    route({
      method: 'DELETE',
      path: '/session',
      summary: 'Sign out',
      permission: 'anyone',
      handle: async (_, __, reply) => {
        const secret = reply.request.cookies[COOKIE];
        if (secret) await endSession(db, secret);
        reply.clearCookie(COOKIE, cookieFor(reply));
      },
    }),
  ];
}
