import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { everything, startRegistry, type TestRegistry, type TestUser } from '#testkit/registry.ts';
import { digestOf, RegistryCalls } from '#testkit/registry-calls.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const publisher: TestUser = { name: 'publisher', password: 'p', may: (_, name) => name.startsWith('staging/') };

describe('pushing to the registry', () => {
  let registry: TestRegistry;
  let to: RegistryCalls;

  before(async () => {
    registry = await startRegistry({
      users: [everything, publisher],
      deps: {
        limits: { manifestBytes: 10_000, blobBytes: 500_000, idleTimeoutMs: 500, uploadBytesPerSecond: 1000 },
        pushDecision: ({ repository, kind }) =>
          repository.startsWith('golden/') && kind !== 'artifact'
            ? { kind: 'refused', message: 'nobody pushes images into golden/: push to staging/' }
            : { kind: 'allowed' },
      },
    });
    to = new RegistryCalls(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  test('a push tells the product within its transaction', async () => {
    const digest = await to.pushImage('staging/told', 'told', '1', publisher);
    const told = registry.stored.find((stored) => stored.digest === digest);
    assert.deepEqual(told && { ...told, principal: told.principal.id, from: typeof told.from }, {
      repository: 'staging/told',
      digest,
      tags: ['1'],
      kind: 'image',
      mediaType: mediaTypes.imageManifest,
      artifactType: mediaTypes.imageConfig,
      subject: null,
      sizeBytes: told?.sizeBytes,
      principal: 'publisher',
      from: 'string',
      created: true,
    });
  });

  test('an image that must not be pushed there is refused with the sentence', async () => {
    const config = await to.pushBlob('golden/app', '{}');
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: mediaTypes.imageConfig, digest: config, size: 2 },
    });
    const push = to.call('PUT', '/v2/golden/app/manifests/1', {
      user: everything,
      headers: { 'content-type': mediaTypes.imageManifest },
      body,
    });
    await to.fails(push, 403, 'DENIED', /nobody pushes images into golden/);
    await to.fails(to.call('GET', '/v2/golden/app/manifests/1', { user: everything }), 404, 'MANIFEST_UNKNOWN');
  });

  test('an upload belongs to its repository', async () => {
    const started = await to.call('POST', '/v2/staging/one/blobs/uploads/', { user: publisher });
    const location = started.headers.get('location') ?? '';
    assert.match(location, /^\/v2\/staging\/one\/blobs\/uploads\/[0-9a-f]{16}\.[0-9a-f-]{36}$/);
    const stolen = location.replace('staging/one', 'staging/two');
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      await to.fails(to.call(method, stolen, { user: publisher }), 404, 'BLOB_UPLOAD_UNKNOWN');
    }
    await to.fails(to.call('PUT', `${stolen}?digest=${digestOf('')}`, { user: publisher }), 404, 'BLOB_UPLOAD_UNKNOWN');
    assert.equal((await to.call('DELETE', location, { user: publisher })).status, 204);
    await to.fails(to.call('GET', location, { user: publisher }), 404, 'BLOB_UPLOAD_UNKNOWN');
  });

  test('a large blob comes in pieces and goes out whole, in part, or not at all', async () => {
    const bytes = randomBytes(300_000);
    const digest = digestOf(bytes);
    const started = await to.call('POST', '/v2/staging/large/blobs/uploads/', { user: publisher });
    const location = started.headers.get('location') ?? '';
    const first = await to.call('PATCH', location, { user: publisher, body: bytes.subarray(0, 100_000) });
    assert.equal(first.headers.get('range'), '0-99999');
    await to.fails(
      to.call('PATCH', location, { user: publisher, body: bytes, headers: { 'content-range': '0-299999' } }),
      416,
      'RANGE_INVALID',
      /holds 100000 bytes/,
    );
    const done = await to.call('PUT', `${location}?digest=${digest}`, {
      user: publisher,
      body: bytes.subarray(100_000),
    });
    assert.equal(done.status, 201);
    const blob = done.headers.get('location') ?? '';
    assert.deepEqual(Buffer.from(await (await to.call('GET', blob, { user: publisher })).arrayBuffer()), bytes);
    const part = await to.call('GET', blob, { user: publisher, headers: { range: 'bytes=299990-' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), 'bytes 299990-299999/300000');
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(299_990));
    const none = await to.call('GET', blob, { user: publisher, headers: { range: 'bytes=300000-' } });
    assert.equal(none.headers.get('content-range'), 'bytes */300000');
    assert.equal(none.status, 416);
  });

  test('limits are told: a large manifest, a large blob, a manifest of another kind', async () => {
    const headers = { 'content-type': mediaTypes.imageManifest };
    const path = '/v2/staging/limits/manifests/1';
    await to.fails(
      to.call('PUT', path, { user: publisher, headers, body: ' '.repeat(10_001) }),
      413,
      'SIZE_INVALID',
      /10000/,
    );
    await to.fails(to.call('PUT', path, { user: publisher, headers, body: '{' }), 400, 'MANIFEST_INVALID');
    await to.fails(
      to.call('PUT', path, { user: publisher, headers: { 'content-type': 'text/plain' }, body: '{}' }),
      400,
      'MANIFEST_INVALID',
      /text\/plain/,
    );
    const blob = randomBytes(500_001);
    const upload = `/v2/staging/limits/blobs/uploads/?digest=${digestOf(blob)}`;
    await to.fails(to.call('POST', upload, { user: publisher, body: blob }), 413, 'SIZE_INVALID', /limit of 500000/);
    const started = await to.call('POST', '/v2/staging/limits/blobs/uploads/', { user: publisher });
    await to.fails(
      to.call('PUT', `${started.headers.get('location')}?digest=sha256:1`, { user: publisher }),
      400,
      'DIGEST_INVALID',
    );
  });

  test('several tags at once are set and named in the answer', async () => {
    const digest = await to.pushImage('staging/tags', 'tags', 'first');
    const path = `/v2/staging/tags/manifests/${digest}`;
    const body = await (await to.call('GET', path, { user: publisher })).text();
    const headers = { 'content-type': mediaTypes.imageManifest };
    const answer = await to.call('PUT', `${path}?tag=b&tag=c`, { user: publisher, headers, body });
    assert.equal(answer.headers.get('oci-tag'), 'b, c');
    const list = await to.call('GET', '/v2/staging/tags/tags/list?n=2', { user: publisher });
    assert.deepEqual(await list.json(), { name: 'staging/tags', tags: ['b', 'c'] });
    assert.equal(list.headers.get('link'), '</v2/staging/tags/tags/list?n=2&last=c>; rel="next"');
    await to.fails(to.call('PUT', `${path}?tag=.bad`, { user: publisher, headers, body }), 400, 'MANIFEST_INVALID');
  });

  test('an upload that trickles is refused, one that stalls is cut off', async () => {
    const started = await to.call('POST', '/v2/staging/slow/blobs/uploads/', { user: publisher });
    const path = started.headers.get('location') ?? '';
    const authorization = `Basic ${Buffer.from('publisher:p').toString('base64')}`;
    const trickle = new Promise<number>((resolve, reject) => {
      const request = httpRequest(new URL(path, registry.url), { method: 'PATCH', headers: { authorization } });
      const timer = setInterval(() => request.write('x'), 100);
      request.on('response', (response) => {
        clearInterval(timer);
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.on('error', reject);
    });
    assert.equal(await trickle, 400);
    const stalled = new Promise<void>((resolve) => {
      const socket = connect(Number(registry.host.split(':')[1]), '127.0.0.1');
      socket.write(
        `PATCH ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: 10\r\n\r\nabc`,
      );
      socket.on('close', () => resolve());
      socket.on('error', () => undefined);
      socket.resume();
    });
    await stalled;
    let status = 404;
    for (let tries = 0; status !== 204 && tries < 100; tries += 1) {
      await sleep(20);
      status = (await to.call('GET', path, { user: publisher })).status;
    }
    assert.equal(status, 204, 'what came is kept');
  });

  test('a full disk is told, and the client hears it although it still sends', async () => {
    await using folder = await temporaryFolder();
    const blobs = await diskBlobs(folder.path);
    const full: BlobStore = {
      ...blobs,
      appendUpload: async (_id, bytes) => {
        for await (const _chunk of bytes) break;
        throw new AppError('unavailable', 'cannot store upload: the disk of the data folder is full');
      },
    };
    const logged: string[] = [];
    const log = { error: (_facts: object, message: string) => void logged.push(message) };
    await using broken = await startRegistry({ deps: { blobs: full, log } });
    const bytes = randomBytes(5_000_000);
    const push = new RegistryCalls(broken).call('POST', `/v2/a/blobs/uploads/?digest=${digestOf(bytes)}`, {
      user: everything,
      body: bytes,
    });
    await to.fails(push, 503, 'UNAVAILABLE', /disk of the data folder is full/);
    assert.deepEqual(logged, ['registry request failed']);
  });

  test('deletions are audited with who and what', async () => {
    const digest = await to.pushImage('staging/gone', 'gone', '1');
    assert.equal((await to.call('DELETE', '/v2/staging/gone/manifests/1', { user: publisher })).status, 202);
    assert.equal((await to.call('DELETE', `/v2/staging/gone/manifests/${digest}`, { user: publisher })).status, 202);
    await to.fails(
      to.call('DELETE', `/v2/staging/gone/manifests/${digest}`, { user: publisher }),
      404,
      'MANIFEST_UNKNOWN',
    );
    const told = registry.deletions.filter((deletion) => deletion.repository === 'staging/gone');
    assert.deepEqual(
      told.map((deletion) => [deletion.action, deletion.reference, deletion.digest, deletion.principal.id]),
      [
        ['tag.delete', '1', digest, 'publisher'],
        ['manifest.delete', digest, digest, 'publisher'],
      ],
    );
  });
});
