import { createHash } from 'node:crypto';
import { type Descriptor, parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { type HttpAnswer, type HttpClient, readBody } from './http-client.ts';
import { answerChallenge } from './registry-login.ts';

const MANIFEST_LIMIT = 8 * 1024 * 1024;
const MAX_REFERRER_PAGES = 50;
const ACCEPT = [mediaTypes.imageIndex, mediaTypes.dockerList, mediaTypes.imageManifest, mediaTypes.dockerManifest].join(
  ', ',
);

export interface RegistryClientOptions {
  readonly http: HttpClient;
  /** Host with port, as in a reference. */
  readonly registry: string;
  readonly plainHttp?: boolean;
  readonly username?: string;
  readonly password?: string;
}

export interface FetchedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Reads from another registry by OCI distribution-spec 1.1; every byte is checked against its digest. */
export interface RegistryClient {
  /** `reference` is a tag or a digest. Throws `not-found`, `not-allowed` or `unavailable` with the registry's words. */
  getManifest(repository: string, reference: string): Promise<FetchedManifest>;
  /** A stream that fails when the bytes are not what the descriptor says. */
  openBlob(repository: string, descriptor: Pick<Descriptor, 'digest' | 'size'>): AsyncIterable<Uint8Array>;
  /** By the referrers API, or by the referrers tag where the registry has none. */
  listReferrers(repository: string, digest: Digest): Promise<readonly Descriptor[]>;
}

function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** Docker Hub's registry answers under another name, and its official images live under `library/`. */
function addressOf(registry: string, repository: string): { host: string; repository: string } {
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { host: registry, repository };
  return { host: 'registry-1.docker.io', repository: repository.includes('/') ? repository : `library/${repository}` };
}

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const authorizations = new Map<string, string>();

  async function get(repository: string, path: string, accept?: string): Promise<HttpAnswer> {
    const address = addressOf(options.registry, repository);
    const url = `${options.plainHttp ? 'http' : 'https'}://${address.host}/v2/${address.repository}/${path}`;
    const headers = (): Record<string, string> => {
      const authorization = authorizations.get(address.repository);
      return { ...(accept && { accept }), ...(authorization && { authorization }) };
    };
    const first = await options.http.request(url, { headers: headers() });
    if (first.status !== 401) return first;
    first.body.destroy();
    const authorization = await answerChallenge(options, first.headers['www-authenticate'], address.repository);
    if (!authorization) return first;
    authorizations.set(address.repository, authorization);
    return options.http.request(url, { headers: headers() });
  }

  function refuse(answer: HttpAnswer, what: string): never {
    answer.body.destroy();
    const { registry } = options;
    if (answer.status === 404) throw new AppError('not-found', `cannot read ${what}: ${registry} does not have it`);
    if (answer.status === 401 || answer.status === 403) {
      throw new AppError(
        'not-allowed',
        `cannot read ${what}: ${registry} refused (${answer.status}); check username and password`,
      );
    }
    throw new AppError('unavailable', `cannot read ${what}: ${registry} answered ${answer.status}`);
  }

  async function getManifest(repository: string, reference: string): Promise<FetchedManifest> {
    const answer = await get(repository, `manifests/${reference}`, ACCEPT);
    const what = `manifest ${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
    if (answer.status !== 200) refuse(answer, what);
    const bytes = await readBody(answer, MANIFEST_LIMIT);
    const mediaType = (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    const digest = digestOf(bytes, reference.startsWith('sha512:') ? 'sha512' : 'sha256');
    if (reference.includes(':') && reference !== digest) {
      throw new AppError('DIGEST_INVALID', `cannot use ${what}: its bytes have digest ${digest}`);
    }
    parseManifest(bytes, mediaType);
    return { digest, mediaType, bytes };
  }

  async function* openBlob(
    repository: string,
    descriptor: Pick<Descriptor, 'digest' | 'size'>,
  ): AsyncGenerator<Uint8Array> {
    const answer = await get(repository, `blobs/${descriptor.digest}`);
    if (answer.status !== 200) refuse(answer, `blob ${descriptor.digest}`);
    const [algorithm = 'sha256'] = descriptor.digest.split(':');
    const hash = createHash(algorithm);
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > descriptor.size) break;
      hash.update(chunk);
      yield chunk;
    }
    if (size !== descriptor.size || `${algorithm}:${hash.digest('hex')}` !== descriptor.digest) {
      throw new AppError('DIGEST_INVALID', `cannot use blob ${descriptor.digest}: the bytes sent are not these`);
    }
  }

  function descriptorsOf(bytes: Uint8Array): readonly Descriptor[] {
    const index = parseManifest(bytes, mediaTypes.imageIndex);
    return index.kind === 'index' ? index.manifests : [];
  }

  /** Undefined where the registry has no referrers API; what could not be listed is never taken for none. */
  async function listByApi(repository: string, digest: Digest): Promise<readonly Descriptor[] | undefined> {
    const found: Descriptor[] = [];
    let path = `referrers/${digest}`;
    for (let pages = 0; pages < MAX_REFERRER_PAGES; pages += 1) {
      const answer = await get(repository, path, mediaTypes.imageIndex);
      if ((answer.status === 404 || answer.status === 405) && pages === 0) {
        answer.body.destroy();
        return undefined;
      }
      if (answer.status !== 200) refuse(answer, `referrers of ${digest}`);
      const link = /<[^>]*\/(referrers\/[^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ''))?.[1];
      found.push(...descriptorsOf(await readBody(answer, MANIFEST_LIMIT)));
      if (link === undefined) return found;
      path = link;
    }
    throw new AppError(
      'limit-reached',
      `cannot read referrers of ${digest}: they fill more than ${MAX_REFERRER_PAGES} pages`,
    );
  }

  async function listReferrers(repository: string, digest: Digest): Promise<readonly Descriptor[]> {
    const listed = await listByApi(repository, digest);
    if (listed) return listed;
    const fallback = await get(repository, `manifests/${digest.replace(':', '-')}`, mediaTypes.imageIndex);
    if (fallback.status === 200) return descriptorsOf(await readBody(fallback, MANIFEST_LIMIT));
    if (fallback.status !== 404) refuse(fallback, `referrers of ${digest}`);
    fallback.body.destroy();
    return [];
  }

  return { getManifest, openBlob, listReferrers };
}
