import { Agent, type IncomingMessage, request } from 'node:http';

export interface Body {
  readonly digest: string;
  /** Sent one after the other; images of a benchmark share most of their bytes. */
  readonly pieces: readonly Buffer[];
  readonly sizeBytes: number;
}

export interface PushedImage {
  readonly layer: Body;
  readonly config: Body;
  readonly manifest: Body & { readonly mediaType: string };
}

interface Reply {
  readonly status: number;
  readonly location: string;
}

/** Pushes as a client does that was told to keep its connection; one request at a time. */
export class PushClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  readonly #authorization: string | undefined;

  constructor(url: string, authorization: string | undefined) {
    this.#url = url;
    this.#authorization = authorization;
  }

  /** Layer, config, manifest: for each blob an upload is begun and finished with all its bytes. */
  async pushImage(repository: string, image: PushedImage, reference: string): Promise<void> {
    for (const blob of [image.layer, image.config]) await this.pushBlob(repository, blob);
    await this.putManifest(repository, image.manifest, reference);
  }

  async pushBlob(repository: string, blob: Body): Promise<void> {
    const { location } = await this.#send('POST', `/v2/${repository}/blobs/uploads/`, 202);
    const target = new URL(location, this.#url);
    target.searchParams.set('digest', blob.digest);
    await this.#send('PUT', `${target.pathname}${target.search}`, 201, blob, 'application/octet-stream');
  }

  async mountBlob(repository: string, digest: string, from: string): Promise<void> {
    await this.#send('POST', `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`, 201);
  }

  async putManifest(repository: string, manifest: PushedImage['manifest'], reference: string): Promise<void> {
    await this.#send('PUT', `/v2/${repository}/manifests/${reference}`, 201, manifest, manifest.mediaType);
  }

  async #send(method: string, path: string, expected: number, body?: Body, type?: string): Promise<Reply> {
    const reply = await this.#request(method, path, body, type);
    if (reply.status === expected) return reply;
    throw new Error(`${method} ${this.#url}${path.slice(0, 200)} was answered ${reply.status}`);
  }

  #request(method: string, path: string, body: Body | undefined, type = ''): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        headers: {
          'content-length': body?.sizeBytes ?? 0,
          ...(body && { 'content-type': type }),
          ...(this.#authorization && { authorization: this.#authorization }),
        },
      });
      sent.on('error', reject);
      sent.on('response', (answer: IncomingMessage) => {
        answer.resume();
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' }));
      });
      for (const piece of body?.pieces ?? []) sent.write(piece);
      sent.end();
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
