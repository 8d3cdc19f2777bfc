import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { until } from '#testkit/assay-client.ts';
import { everything, startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { digestOf } from '#testkit/registry-calls.ts';
import { createTestTls } from '#testkit/tls.ts';

const SENTENCE = 'staging/a:1 was retired – use “staging/a:2” instead.';

const authorization = `Basic ${Buffer.from(`${everything.name}:${everything.password}`).toString('base64')}`;

describe('the registry over HTTP/2', () => {
  let registry: TestRegistry;
  let session: ClientHttp2Session;
  let ca: string;

  before(async () => {
    const tls = await createTestTls();
    ca = tls.ca;
    registry = await startRegistry({
      tls,
      deps: {
        pullDecision: (repository) =>
          repository === 'staging/retired' ? { kind: 'refused', message: SENTENCE } : { kind: 'served' },
        limits: { blobBytes: 4 * 1024 * 1024, idleTimeoutMs: 300 },
      },
    });
    session = connect(registry.url, { ca });
  });
  after(async () => {
    session.destroy();
    await registry[Symbol.asyncDispose]();
  });

  function open(method: string, path: string, headers: Record<string, string | number> = {}): ClientHttp2Stream {
    const endStream = !['POST', 'PUT', 'PATCH'].includes(method);
    return session.request({ ':method': method, ':path': path, authorization, ...headers }, { endStream });
  }

  async function answerOf(stream: ClientHttp2Stream) {
    const [headers] = await once(stream, 'response');
    return { status: Number(headers[':status']), headers, body: await buffer(stream) };
  }

  async function ask(method: string, path: string, body?: Uint8Array, headers: Record<string, string> = {}) {
    const stream = open(method, path, headers);
    if (!stream.writableEnded) stream.end(body);
    return answerOf(stream);
  }

  async function beginUpload(repository: string): Promise<string> {
    const { status, headers } = await ask('POST', `/v2/${repository}/blobs/uploads/`);
    assert.equal(status, 202);
    return headers.location;
  }

  async function pushImage(repository: string): Promise<string> {
    const config = Buffer.from(`{"about":"${repository}"}`);
    await ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digestOf(config)}`, config);
    const described = { mediaType: mediaTypes.imageConfig, digest: digestOf(config), size: config.length };
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: described, layers: [] }));
    const headers = { 'content-type': mediaTypes.imageManifest };
    assert.equal((await ask('PUT', `/v2/${repository}/manifests/1`, manifest, headers)).status, 201);
    return digestOf(manifest);
  }

  test('a blob that comes in pieces without a length is stored, and goes out whole and in ranges', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const stream = open('PATCH', await beginUpload('staging/a'));
    for (let at = 0; at < bytes.length; at += 100_000) stream.write(bytes.subarray(at, at + 100_000));
    stream.end();
    const { status, headers } = await answerOf(stream);
    assert.equal(status, 202);
    assert.equal((await ask('PUT', `${headers.location}?digest=${digestOf(bytes)}`)).status, 201);
    const blob = `/v2/staging/a/blobs/${digestOf(bytes)}`;
    const whole = await ask('GET', blob);
    assert.equal(whole.headers['content-length'], String(bytes.length));
    assert.ok(whole.body.equals(bytes));
    const part = await ask('GET', blob, undefined, { range: 'bytes=1000-1999' });
    assert.equal(part.status, 206);
    assert.ok(part.body.equals(bytes.subarray(1000, 2000)));
    const head = await ask('HEAD', blob);
    assert.deepEqual([head.headers['content-length'], head.body.length], [String(bytes.length), 0]);
  });

  /** Frames by hand, because Node's own client ends a request properly before it cancels it. */
  async function breakOff(path: string, body: Uint8Array, how: 'stream' | 'connection'): Promise<void> {
    const url = new URL(registry.url);
    const socket = connectTls({ host: url.hostname, port: Number(url.port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const fields = { ':method': 'PUT', ':scheme': 'https', ':authority': url.host, ':path': path, authorization };
    const header = Object.entries(fields).flatMap(([name, value]) => [[0x10], sized(name), sized(value)].flat());
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(Buffer.concat([frame(4, 0, 0, []), frame(1, 4, 1, header), frame(0, 0, 1, body)]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (how === 'stream') socket.write(frame(3, 0, 1, [0, 0, 0, constants.NGHTTP2_CANCEL]));
    else socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
  }

  function frame(type: number, flags: number, stream: number, payload: ArrayLike<number>): Buffer {
    const bytes = Buffer.from(Array.from(payload));
    const head = Buffer.alloc(9);
    head.writeUIntBE(bytes.length, 0, 3);
    head.set([type, flags], 3);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, bytes]);
  }

  /** HPACK's literal, of less than 254 bytes. */
  function sized(text: string): number[] {
    const length = text.length < 127 ? [text.length] : [127, text.length - 127];
    return [...length, ...Buffer.from(text)];
  }

  for (const how of ['stream', 'connection'] as const) {
    test(`an upload that is broken off with its ${how} is not taken for one that has ended`, async () => {
      const bytes = randomBytes(1_000);
      const location = await beginUpload('staging/a');
      await breakOff(`${location}?digest=${digestOf(bytes)}`, bytes, how);
      assert.equal((await ask('HEAD', `/v2/staging/a/blobs/${digestOf(bytes)}`)).status, 404);
      // What has arrived is kept, for a client that goes on where it stopped.
      const { status, headers } = await ask('GET', location);
      assert.deepEqual([status, headers.range], [204, '0-999']);
    });
  }

  test('a body that is too large is refused with an answer, and other requests of the connection go on', async () => {
    const size = 5 * 1024 * 1024;
    const path = `/v2/staging/a/blobs/uploads/?digest=${digestOf('x')}`;
    const refused = await ask('POST', path, randomBytes(size), { 'content-length': String(size) });
    assert.equal(refused.status, 413);
    const unannounced = await ask('POST', path, randomBytes(size));
    assert.equal(unannounced.status, 413);
    assert.equal((await ask('GET', '/v2/')).status, 200);
  });

  test('a client that stops sending, or reading, loses its request and not its connection', async () => {
    const silent = open('PATCH', await beginUpload('staging/a'));
    silent.write('x');
    await once(silent, 'close');
    assert.equal(silent.rstCode, constants.NGHTTP2_CANCEL);
    const bytes = randomBytes(3 * 1024 * 1024);
    await ask('POST', `/v2/staging/a/blobs/uploads/?digest=${digestOf(bytes)}`, bytes);
    const deaf = open('GET', `/v2/staging/a/blobs/${digestOf(bytes)}`);
    await once(deaf, 'response');
    await until('the end of the answer', async () => deaf.rstCode || undefined);
    deaf.resume();
    assert.equal((await ask('GET', '/v2/')).status, 200);
  });

  test('a refused pull says why, in the header as in the body', async () => {
    await pushImage('staging/retired');
    const refused = await ask('GET', '/v2/staging/retired/manifests/1');
    assert.equal(refused.status, 403);
    assert.match(refused.body.toString(), /use “staging\/a:2” instead/);
    const { headers, status } = await ask('HEAD', '/v2/staging/retired/manifests/1');
    assert.equal(status, 403);
    assert.equal(Buffer.from(String(headers.warning), 'latin1').toString('utf8'), `299 - "${SENTENCE}"`);
  });

  test('who does not sign in is told where to', async () => {
    const stream = session.request({ ':path': '/v2/' });
    const { status, headers } = await answerOf(stream);
    assert.equal(status, 401);
    assert.match(String(headers['www-authenticate']), new RegExp(`Bearer realm="${registry.url}/auth/token"`));
  });
});
