import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { everything, type TestRegistry, type TestUser } from './registry.ts';

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export interface Call {
  readonly user?: TestUser;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

interface OciErrors {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly requestId: string;
}

/** Speaks to a registry as its clients do. */
export class RegistryCalls {
  readonly #registry: Pick<TestRegistry, 'url'>;

  constructor(registry: Pick<TestRegistry, 'url'>) {
    this.#registry = registry;
  }

  async call(method: string, path: string, { user, token, headers, body }: Call = {}): Promise<Response> {
    const basic = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
    const authorization = token ? `Bearer ${token}` : basic;
    return fetch(new URL(path, this.#registry.url), {
      method,
      headers: { ...headers, ...(authorization && { authorization }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
  }

  /** The answer must be an error in the form of the specification. */
  async fails(answer: Promise<Response>, status: number, code: string, message = /./): Promise<void> {
    const given = await answer;
    const { errors, requestId } = (await given.json()) as OciErrors;
    assert.equal(requestId, given.headers.get('x-request-id'));
    assert.deepEqual([given.status, errors[0]?.code], [status, code], errors[0]?.message ?? '');
    assert.match(errors[0]?.message ?? '', message);
  }

  async pushBlob(repository: string, bytes: Uint8Array | string, user = everything): Promise<string> {
    const digest = digestOf(bytes);
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    assert.equal((await this.call('POST', path, { user, body: bytes })).status, 201);
    return digest;
  }

  /** A small image that is unlike others; returns its digest. */
  async pushImage(repository: string, about: string, tag: string, user = everything): Promise<string> {
    const config = JSON.stringify({ about });
    const digest = await this.pushBlob(repository, config, user);
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: mediaTypes.imageConfig, digest, size: config.length },
      layers: [],
    });
    const answer = await this.putManifest(repository, tag, body, user);
    assert.equal(answer.status, 201, await answer.text());
    return digestOf(body);
  }

  putManifest(repository: string, reference: string, body: string, user = everything): Promise<Response> {
    const headers = { 'content-type': mediaTypes.imageManifest };
    return this.call('PUT', `/v2/${repository}/manifests/${reference}`, { user, headers, body });
  }

  async tokenFor(scope: string, user?: TestUser): Promise<string> {
    const path = `/auth/token?service=x&scope=${encodeURIComponent(scope)}`;
    const answer = await this.call('GET', path, user ? { user } : {});
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const { token, access_token } = (await answer.json()) as { token: string; access_token: string };
    assert.equal(token, access_token);
    return token;
  }
}
