import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createHttpClient } from './http-client.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';

const subject = `sha256:${'a'.repeat(64)}` as const;
const referrer = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'b'.repeat(64)}`,
  size: 2,
};
const index = JSON.stringify({ schemaVersion: 2, manifests: [referrer] });

/** Status and body by the last part of the path. */
let answers: Record<string, { status: number; body?: string; link?: string }> = {};
let server: Server;
let client: RegistryClient;

before(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url?.split('/').at(-1) ?? ''] ?? { status: 404 };
    response.writeHead(answer.status, answer.link ? { link: answer.link } : {});
    response.end(answer.body ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createRegistryClient({ http: createHttpClient({ allowPrivate: true }), registry, plainHttp: true });
});
after(() => server.close());

const list = async () => (await client.listReferrers('a/b', subject)).map((each) => each.digest);

test('referrers are listed by the API, page after page', async () => {
  answers = {
    [subject]: { status: 200, body: index, link: `</v2/a/b/referrers/next>; rel="next"` },
    next: { status: 200, body: index },
  };
  assert.deepEqual(await list(), [referrer.digest, referrer.digest]);
});

test('a registry without the API is asked for the referrers tag, and may have none', async () => {
  answers = { [subject.replace(':', '-')]: { status: 200, body: index } };
  assert.deepEqual(await list(), [referrer.digest]);
  answers = {};
  assert.deepEqual(await list(), []);
});

test('what could not be listed is never taken for none', async () => {
  for (const status of [401, 403, 429, 500, 503]) {
    answers = { [subject]: { status } };
    await assert.rejects(list(), /cannot read referrers of/, String(status));
    answers = { [subject.replace(':', '-')]: { status } };
    await assert.rejects(list(), /cannot read referrers of/, `tag ${status}`);
  }
});
