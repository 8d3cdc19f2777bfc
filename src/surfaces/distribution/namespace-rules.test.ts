import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { countPlaces, type RuleBook, ruleBook } from '#features/registry/index.ts';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import { everything, startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { digestOf, RegistryCalls } from '#testkit/registry-calls.ts';
import { refuseByRules } from '#workflows/decide-push-by-rules.ts';

describe("the registry by its namespaces' rules", () => {
  let registry: TestRegistry;
  let to: RegistryCalls;
  let book: RuleBook = ruleBook([]);
  const keep = (rules: Readonly<Record<string, NamespaceRules>>) => {
    book = ruleBook(Object.entries(rules).map(([place, each]) => ({ place, rules: each })));
  };

  before(async () => {
    registry = await startRegistry({
      anonymous: (action) => action === 'pull',
      deps: {
        rules: { read: async () => book, recent: () => book },
        pushDecision: async (pushed, trx) => {
          const message = await refuseByRules(trx, book.rulesFor, pushed);
          return message === undefined ? { kind: 'allowed' } : { kind: 'refused', message };
        },
      },
    });
    to = new RegistryCalls(registry);
  });
  after(() => registry[Symbol.asyncDispose]());
  beforeEach(() => keep({}));

  const tagOf = (repository: string, tag: string) =>
    to.call('HEAD', `/v2/${repository}/manifests/${tag}`, { user: everything });
  const remove = (repository: string, reference: string) =>
    to.call('DELETE', `/v2/${repository}/manifests/${reference}`, { user: everything });

  test('an immutable tag is made once, put again as it is, and neither moved nor deleted', async () => {
    keep({ fixed: { immutableTags: ['v*', '!v0*'] } });
    const digest = await to.pushImage('fixed/a', 'first', 'v1');
    assert.equal(await to.pushImage('fixed/a', 'first', 'v1'), digest);
    await to.pushImage('fixed/a', 'first', 'v0');
    await to.pushImage('fixed/a', 'second', 'v0');
    const other = JSON.stringify({
      schemaVersion: 2,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: await to.pushBlob('fixed/a', 'x'),
        size: 1,
      },
      layers: [],
    });
    const sentence = /^cannot move fixed\/a:v1: tags like "v\*" are immutable in fixed\/\. Push under another tag/;
    await to.fails(to.putManifest('fixed/a', 'v1', other), 403, 'DENIED', sentence);
    const asked = to.putManifest('fixed/a', `${digestOf(other)}?tag=v2&tag=v1`, other);
    await to.fails(asked, 403, 'DENIED', sentence);
    assert.equal((await tagOf('fixed/a', 'v2')).status, 404);
    await to.fails(remove('fixed/a', 'v1'), 403, 'DENIED', /^cannot delete fixed\/a:v1/);
    await to.fails(remove('fixed/a', digest), 403, 'DENIED', /^cannot delete fixed\/a:v1/);
    assert.equal((await tagOf('fixed/a', 'v1')).headers.get('docker-content-digest'), digest);
    assert.equal((await remove('fixed/a', 'v0')).status, 202);
  });

  test('of pushes that make an immutable tag at the same moment one wins', async () => {
    keep({ fixed: { immutableTags: ['*'] } });
    const config = await to.pushBlob('fixed/race', '{}');
    const bodies = Array.from({ length: 8 }, (_, index) =>
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
        layers: [],
        annotations: { index: String(index) },
      }),
    );
    const answers = await Promise.all(bodies.map((body) => to.putManifest('fixed/race', 'v1', body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(403)]);
    const winner = bodies[answers.findIndex(({ status }) => status === 201)] ?? '';
    assert.equal((await tagOf('fixed/race', 'v1')).headers.get('docker-content-digest'), digestOf(winner));
  });

  test('an image whose tag is immutable in the catalog is refused before it is judged', async () => {
    await to.pushImage('golden/app', 'one', '1');
    keep({ golden: { immutableTags: ['*'] } });
    const config = await to.pushBlob('staging/app', '{}');
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
    });
    await to.fails(to.putManifest('staging/app', '1', body), 403, 'DENIED', /^cannot move golden\/app:1/);
    assert.equal((await to.putManifest('staging/app', '2', body)).status, 201);
  });

  test('deleted content answers 404 although it may come back', async () => {
    keep({ back: { undelete: { days: 7 } } });
    const digest = await to.pushImage('back/a', 'back', '1');
    assert.equal((await remove('back/a', '1')).status, 202);
    assert.equal((await tagOf('back/a', '1')).status, 404);
    assert.equal((await tagOf('back/a', digest)).status, 200);
    assert.equal((await remove('back/a', digest)).status, 202);
    assert.equal((await tagOf('back/a', digest)).status, 404);
    assert.equal((await remove('back/a', digest)).status, 404);
    const config = digestOf(JSON.stringify({ about: 'back' }));
    const blob = `/v2/back/a/blobs/${config}`;
    assert.equal((await to.call('DELETE', blob, { user: everything })).status, 202);
    assert.equal((await to.call('HEAD', blob, { user: everything })).status, 404);
    assert.equal(await to.pushImage('back/a', 'back', '1'), digest);
  });

  test('a full place takes no bytes, whole, in pieces or mounted, and says how full it is', async () => {
    keep({ full: { quota: { bytes: 1000 } } });
    await registry.db.transaction().execute((trx) => countPlaces(trx, ['full']));
    const there = await to.pushBlob('full/a', 'x'.repeat(600));
    assert.equal(await to.pushBlob('full/b', 'x'.repeat(600)), there);
    const much = 'y'.repeat(500);
    const sentence = /^cannot push to full\/a: full\/ holds 600 bytes of its quota of 1 kB and this adds 500 bytes\./;
    const begin = (query: string, body = '') =>
      to.call('POST', `/v2/full/a/blobs/uploads/${query}`, { user: everything, body });
    await to.fails(begin(`?digest=${digestOf(much)}`, much), 403, 'DENIED', sentence);
    const upload = (await begin('')).headers.get('location') ?? '';
    await to.fails(to.call('PATCH', upload, { user: everything, body: much }), 403, 'DENIED', sentence);
    const digest = await to.pushBlob('elsewhere/a', much);
    await to.fails(begin(`?mount=${digest}&from=elsewhere/a`), 403, 'DENIED', sentence);
    const part = 'z'.repeat(300);
    assert.equal((await to.call('PATCH', upload, { user: everything, body: part })).status, 202);
    const finish = `${upload}?digest=${digestOf(part + part)}`;
    await to.fails(to.call('PUT', finish, { user: everything, body: part }), 403, 'DENIED', /adds 600 bytes/);
    assert.equal((await to.call('PUT', `${upload}?digest=${digestOf(part)}`, { user: everything })).status, 201);
  });

  test('what got past a quota is refused with its manifest', async () => {
    keep({ over: { quota: { bytes: 100 } } });
    const config = await to.pushBlob('over/a', 'x'.repeat(200));
    await registry.db.transaction().execute((trx) => countPlaces(trx, ['full', 'over']));
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 200 },
    });
    await to.fails(to.putManifest('over/a', '1', body), 403, 'DENIED', /over\/ holds 200 bytes of its quota/);
  });

  test('a place with all its repositories takes no other', async () => {
    keep({ few: { quota: { repositories: 1 } } });
    await to.pushImage('few/a', 'a', '1');
    await to.pushImage('few/a', 'b', '2');
    const config = await to.pushBlob('few/b', '{}');
    const body = JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
    });
    await to.fails(to.putManifest('few/b', '1', body), 403, 'DENIED', /few\/ has the 1 repositories of its quota/);
  });

  test('who asks too often is told when to come again, and others are not', async () => {
    await to.pushImage('rated/a', 'a', '1');
    keep({ '*': { rateLimit: { requests: { limit: 3, seconds: 3600 } } } });
    const asUser = () => tagOf('rated/a', '1');
    assert.deepEqual([(await asUser()).status, (await asUser()).status, (await asUser()).status], [200, 200, 200]);
    const path = '/v2/rated/a/manifests/1';
    await to.fails(
      to.call('GET', path, { user: everything }),
      429,
      'TOOMANYREQUESTS',
      /^cannot serve admin now: the registry allows 3 requests in 3600 s; try again in 1200 s$/,
    );
    const refused = await asUser();
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1200']);
    assert.equal((await to.call('GET', path)).status, 200);
    assert.equal((await to.call('GET', '/auth/token?scope=repository:rated/a:pull')).status, 200);
    assert.equal((await to.call('GET', path)).status, 200);
    await to.fails(to.call('GET', path), 429, 'TOOMANYREQUESTS', /^cannot serve 127\.0\.0\.1 now/);
    await to.fails(to.call('GET', '/auth/token'), 429, 'TOOMANYREQUESTS');
  });

  test('who moved too many bytes waits, whichever way they went', async () => {
    const digest = await to.pushBlob('moved/a', 'x'.repeat(5000));
    keep({ moved: { rateLimit: { bytes: { limit: 4000, seconds: 1000 } } } });
    const path = `/v2/moved/a/blobs/${digest}`;
    assert.equal((await to.call('HEAD', path)).status, 200);
    assert.equal((await to.call('GET', path)).status, 200);
    const refused = await to.call('HEAD', path);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '251']);
    const body = 'y'.repeat(6000);
    const push = () =>
      to.call('POST', `/v2/moved/a/blobs/uploads/?digest=${digestOf('other')}`, { user: everything, body });
    assert.equal((await push()).status, 400);
    assert.equal((await push()).status, 429);
  });
});
