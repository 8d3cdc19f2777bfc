import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { consumersOf } from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { everything, startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { digestOf, RegistryCalls } from '#testkit/registry-calls.ts';

const user = everything;
const refused = new Map<string, string>();
const warned = new Map<string, string>();

describe('pulling from the registry', () => {
  let registry: TestRegistry;
  let to: RegistryCalls;

  before(async () => {
    registry = await startRegistry({
      deps: {
        pullDecision: (_repository, digest) => {
          const message = refused.get(digest);
          return message ? { kind: 'refused', message } : { kind: 'served', warning: warned.get(digest) };
        },
      },
    });
    to = new RegistryCalls(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  test('a refused pull says why in the body, and for HEAD in the Warning header', async () => {
    const digest = await to.pushImage('staging/retired', 'retired', '1');
    refused.set(digest, 'staging/retired:1 was retired on 23 Nov 2026 because “old”. Use staging/retired:2 instead.');
    for (const reference of ['1', digest]) {
      const path = `/v2/staging/retired/manifests/${reference}`;
      await to.fails(to.call('GET', path, { user }), 403, 'DENIED', /was retired on 23 Nov 2026 because “old”/);
      const head = await to.call('HEAD', path, { user });
      assert.equal(head.status, 403);
      const warning = Buffer.from(head.headers.get('warning') ?? '', 'latin1').toString('utf8');
      assert.match(warning, /^299 - "staging\/retired:1 was retired .* “old”\. Use .*"$/);
    }
  });

  test('a deprecated image is served with a warning', async () => {
    const digest = await to.pushImage('staging/old', 'old', '1');
    warned.set(digest, 'staging/old:1 is retired on 1 Jan 2027');
    const answer = await to.call('GET', '/v2/staging/old/manifests/1', { user });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('warning'), '299 - "staging/old:1 is retired on 1 Jan 2027"');
  });

  test('referrers of a refused image stay readable', async () => {
    const subject = await to.pushImage('staging/quarantined', 'quarantined', '1');
    const empty = await to.pushBlob('staging/quarantined', '{}');
    const body = JSON.stringify({
      schemaVersion: 2,
      artifactType: 'application/vnd.example',
      config: { mediaType: mediaTypes.empty, digest: empty, size: 2 },
      layers: [],
      subject: { mediaType: mediaTypes.imageManifest, digest: subject, size: 1 },
    });
    const headers = { 'content-type': mediaTypes.imageManifest };
    const path = `/v2/staging/quarantined/manifests/${digestOf(body)}`;
    const put = await to.call('PUT', path, { user, headers, body });
    assert.equal(put.headers.get('oci-subject'), subject);
    refused.set(subject, 'quarantined');
    assert.equal((await to.call('GET', path, { user })).status, 200);
    const list = await to.call('GET', `/v2/staging/quarantined/referrers/${subject}?n=1`, { user });
    const { manifests } = (await list.json()) as { manifests: { artifactType: string }[] };
    assert.deepEqual(
      manifests.map((referrer) => referrer.artifactType),
      ['application/vnd.example'],
    );
    assert.equal(list.headers.get('link'), null);
  });

  test('a client that goes away in the middle of an answer does no harm', async () => {
    const digest = await to.pushBlob('staging/away', randomBytes(400_000));
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    await new Promise<void>((resolve) => {
      const request = httpRequest(new URL(`/v2/staging/away/blobs/${digest}`, registry.url), {
        headers: { authorization },
      });
      request.on('response', (response) => response.once('data', () => request.destroy()));
      request.on('close', () => resolve());
      request.on('error', () => undefined);
      request.end();
    });
    assert.equal((await to.call('HEAD', `/v2/staging/away/blobs/${digest}`, { user })).status, 200);
  });

  test('pulls of images are counted, and written when the registry stops', async () => {
    await to.pushImage('staging/counted', 'counted', '1');
    for (const method of ['GET', 'GET', 'HEAD', 'GET'])
      await to.call(method, '/v2/staging/counted/manifests/1', { user });
    await registry.flush();
    assert.deepEqual(
      (await consumersOf(registry.db, 'staging/counted')).map(({ principal, tag, count }) => [principal, tag, count]),
      [['admin', '1', 3]],
    );
  });
});
