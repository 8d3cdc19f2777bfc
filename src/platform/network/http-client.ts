import { lookup as resolveHost } from 'node:dns';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError, messageOf } from '#kernel/errors.ts';
import { refusedAddress } from './addresses.ts';

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Until the head of the answer has come, and between two pieces of its body. Default 30,000. */
  readonly timeoutMs?: number;
  /** Default 5. Credentials are not carried to another host. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

/** The body must be read to its end or destroyed. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: IncomingMessage;
}

export interface HttpClient {
  request(url: string, request?: HttpRequest): Promise<HttpAnswer>;
}

function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveHost(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.map((entry) => refusedAddress(entry.address, allowPrivate)).find((why) => why);
      if (refused) return callback(new AppError('not-allowed', `cannot reach ${hostname}: ${refused}`), []);
      const [first] = addresses;
      if (options.all || !first) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function checkUrl(url: URL, allowPrivate: boolean): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('invalid-input', `cannot reach ${url.protocol}//: only http and https are supported`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const refused = isIP(host) ? refusedAddress(host, allowPrivate) : undefined;
  if (refused) throw new AppError('not-allowed', `cannot reach ${url.host}: ${refused}`);
}

function send(url: URL, request: HttpRequest, lookup: LookupFunction): Promise<IncomingMessage> {
  const { timeoutMs = 30_000 } = request;
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: request.method ?? 'GET',
      headers: { 'user-agent': 'assay', ...request.headers },
      lookup,
      timeout: timeoutMs,
      ...(request.signal && { signal: request.signal }),
    });
    outgoing.on('timeout', () => {
      outgoing.destroy(new AppError('unavailable', `cannot reach ${url.host}: no answer within ${timeoutMs / 1000} s`));
    });
    outgoing.on('response', resolve);
    outgoing.on('error', (cause) => {
      reject(
        cause instanceof AppError
          ? cause
          : new AppError('unavailable', `cannot reach ${url.host}: ${messageOf(cause)}`, { cause }),
      );
    });
    outgoing.end(request.body);
  });
}

function withoutCredentials(headers: HttpRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

/**
 * Requests to the outside: http and https, redirects followed with a limit, link-local addresses never reached and
 * private ones only when allowed (checked on the resolved address, so that a name cannot lead inside).
 */
export function createHttpClient({ allowPrivate }: { readonly allowPrivate: boolean }): HttpClient {
  const lookup = guardedLookup(allowPrivate);
  return {
    async request(target, request = {}) {
      let url = new URL(target);
      let current = request;
      for (let redirects = 0; ; redirects += 1) {
        checkUrl(url, allowPrivate);
        const answer = await send(url, current, lookup);
        const status = answer.statusCode ?? 0;
        const location = answer.headers.location;
        const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
        if (!isRedirect) return { status, headers: answer.headers, url: url.href, body: answer };
        answer.destroy();
        if (redirects >= (request.maxRedirects ?? 5)) {
          throw new AppError('unavailable', `cannot reach ${new URL(target).host}: more than ${redirects} redirects`);
        }
        const next = new URL(location, url);
        if (next.host !== url.host) current = { ...current, headers: withoutCredentials(current.headers) };
        url = next;
      }
    },
  };
}

/** The whole body, up to `maxBytes`; throws `limit-reached` beyond. */
export async function readBody(answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.body.destroy();
      throw new AppError(
        'limit-reached',
        `cannot read ${answer.url}: the answer exceeds the limit of ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
