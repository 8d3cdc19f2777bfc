import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { type HttpClient, readBody } from './http-client.ts';

interface Login {
  readonly http: HttpClient;
  readonly username?: string;
  readonly password?: string;
}

const TokenAnswer = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() });

function basicOf({ username, password }: Login): string | undefined {
  if (username === undefined || password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parameters(challenge: string): Map<string, string> {
  return new Map(
    [...challenge.matchAll(/([a-z_]+)="([^"]*)"/gi)].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
  );
}

/**
 * The `Authorization` that a registry's challenge asks for, or undefined when none can be given.
 * Docker registry token authentication: GET the realm with service and scope.
 */
export async function answerChallenge(
  login: Login,
  challenge: string | undefined,
  repository: string,
): Promise<string | undefined> {
  const basic = basicOf(login);
  if (!challenge || /^basic/i.test(challenge)) return basic;
  const given = parameters(challenge);
  const realm = given.get('realm');
  if (!/^bearer/i.test(challenge) || !realm) return undefined;
  const url = new URL(realm);
  const service = given.get('service');
  if (service) url.searchParams.set('service', service);
  url.searchParams.set('scope', given.get('scope') ?? `repository:${repository}:pull`);
  const answer = await login.http.request(url.href, basic ? { headers: { authorization: basic } } : {});
  const bytes = await readBody(answer, 1024 * 1024);
  if (answer.status !== 200) {
    throw new AppError(
      'not-allowed',
      `cannot log in at ${url.host}: it answered ${answer.status}; check username and password`,
    );
  }
  const { token, access_token } = TokenAnswer.parse(parseJson(bytes, 'token answer'));
  const value = token ?? access_token;
  return value === undefined ? undefined : `Bearer ${value}`;
}
