import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, type ErrorCode, errorCodes, messageOf } from '#kernel/errors.ts';

/** Talks to an Assay server's `/api/v1`. Errors carry the server's sentence. */
export interface ApiClient {
  readonly url: string;
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** The answer's bytes, for reports. */
  download(path: string): Promise<Uint8Array>;
  /** Server-sent events until the signal ends. */
  events(signal: AbortSignal): AsyncIterable<{ readonly type: string; readonly data: string }>;
}

export interface Credentials {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:5080';

export function credentialsFile(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'assay', 'credentials.json');
}

/** Written so that only its owner reads it. */
export function saveCredentials(env: NodeJS.ProcessEnv, credentials: Credentials): string {
  const file = credentialsFile(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

function savedCredentials(env: NodeJS.ProcessEnv): Credentials {
  try {
    return JSON.parse(readFileSync(credentialsFile(env), 'utf8')) as Credentials;
  } catch {
    return {}; // nobody has logged in here yet
  }
}

/** The environment wins over what `assay login` saved; a saved login counts only for its own server. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials & { readonly url: string } {
  const saved = savedCredentials(env);
  const url = (env.ASSAY_URL ?? saved.url ?? DEFAULT_URL).replace(/\/+$/, '');
  if (env.ASSAY_TOKEN) return { url, token: env.ASSAY_TOKEN };
  if (env.ASSAY_USERNAME !== undefined && env.ASSAY_PASSWORD !== undefined) {
    return { url, username: env.ASSAY_USERNAME, password: env.ASSAY_PASSWORD };
  }
  return saved.url === url ? { ...saved, url } : { url };
}

function authorizationOf({ username, password, token }: Credentials): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function errorOf(response: Response): Promise<AppError> {
  const text = (await response.text()).slice(0, 10_000);
  try {
    const { detail, code } = JSON.parse(text) as { detail?: string; code?: string };
    if (detail && code && code in errorCodes) return new AppError(code as ErrorCode, detail);
  } catch {
    // not a problem document: a proxy or another server answered
  }
  return new AppError(
    'unavailable',
    `the server answered ${response.status} without saying why: is ${response.url} an Assay server?`,
  );
}

export function createApiClient(credentials: Credentials & { readonly url: string }): ApiClient {
  const authorization = authorizationOf(credentials);

  async function request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const init = {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    const response = await fetch(`${credentials.url}${path}`, init).catch((cause: unknown) => {
      const why = messageOf((cause as { cause?: unknown }).cause ?? cause);
      throw new AppError(
        'unavailable',
        `cannot reach ${credentials.url}: ${why}. Set ASSAY_URL, or run "assay login".`,
        { cause },
      );
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async function json<T>(response: Response): Promise<T> {
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  return {
    url: credentials.url,
    async get(path, query = {}) {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
      return json(await request('GET', `/api/v1${path}${text ? `?${text}` : ''}`));
    },
    async send(method, path, body) {
      return json(await request(method, `/api/v1${path}`, body));
    },
    async download(path) {
      return new Uint8Array(await (await request('GET', path)).arrayBuffer());
    },
    async *events(signal) {
      const response = await request('GET', '/api/v1/events', undefined, signal);
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const type = /^event: (.*)$/m.exec(block)?.[1];
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (type && data) yield { type, data };
        }
      }
    },
  };
}
