import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '#kernel/errors.ts';
import { type HttpClient, readBody } from '#platform/network/http-client.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export interface FetchedProducts {
  readonly bytes: Buffer;
  /** Goes back in the next time, to hear `unchanged`. */
  readonly fingerprint: string;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function fromFile(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readFile(path);
  } catch (cause) {
    throw new AppError('unavailable', `cannot read end-of-life data: ${messageOf(cause)}`, { cause });
  }
  throw new AppError('limit-reached', `cannot read end-of-life data: ${path} exceeds the limit of ${MAX_BYTES} bytes`);
}

async function fromUrl(
  http: HttpClient,
  url: string,
  etag: string | undefined,
): Promise<FetchedProducts | 'unchanged'> {
  const headers = { accept: 'application/json', ...(etag && { 'if-none-match': etag }) };
  const answer = await http.request(url, { headers });
  if (answer.status === 304) {
    answer.body.destroy();
    return 'unchanged';
  }
  if (answer.status !== 200) {
    answer.body.destroy();
    throw new AppError('unavailable', `cannot read end-of-life data: ${new URL(url).host} answered ${answer.status}`);
  }
  const bytes = await readBody(answer, MAX_BYTES);
  return { bytes, fingerprint: `${digestOf(bytes)} ${answer.headers.etag ?? ''}`.trim() };
}

/**
 * End-of-life data from a file, a `file:` or an `http(s):` address; `unchanged` when its bytes are those of the
 * fingerprint. The data is not looked into: `openProducts` says whether it can be used.
 */
export async function fetchProducts(
  { http }: { readonly http: HttpClient },
  location: string,
  fingerprint: string | null,
): Promise<FetchedProducts | 'unchanged'> {
  const [, digest, etag] = /^(\w+)(?: (.*))?$/.exec(fingerprint ?? '') ?? [];
  const isRemote = /^https?:/i.test(location);
  const path = location.startsWith('file:') ? fileURLToPath(location) : location;
  const fetched = isRemote ? await fromUrl(http, location, etag) : await fromFile(path);
  if (fetched === 'unchanged') return fetched;
  const result = Buffer.isBuffer(fetched) ? { bytes: fetched, fingerprint: digestOf(fetched) } : fetched;
  return result.fingerprint.split(' ', 1)[0] === digest ? 'unchanged' : result;
}
