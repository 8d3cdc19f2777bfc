import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { everything, startRegistry, type TestRegistry, type TestUser } from '#testkit/registry.ts';
import { digestOf, RegistryCalls } from '#testkit/registry-calls.ts';

const reader: TestUser = {
  name: 'reader',
  password: 'r',
  may: (action, repository) => repository.startsWith('golden/') && (action === 'see' || action === 'pull'),
};
const publisher: TestUser = { name: 'publisher', password: 'p', may: (_, name) => name.startsWith('staging/') };

describe('who may do what in the registry', () => {
  let registry: TestRegistry;
  let to: RegistryCalls;

  before(async () => {
    registry = await startRegistry({
      users: [everything, reader, publisher],
      anonymous: (action, repository) => reader.may(action, repository),
    });
    to = new RegistryCalls(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  test('without credentials it tells where to get a token, even where anybody may read', async () => {
    const answer = await to.call('GET', '/v2/');
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('docker-distribution-api-version'), 'registry/2.0');
    const challenge = `Bearer realm="${registry.url}/auth/token",service="${registry.host}"`;
    assert.equal(answer.headers.get('www-authenticate'), challenge);
    await to.fails(Promise.resolve(answer), 401, 'UNAUTHORIZED');
    const push = await to.call('POST', '/v2/staging/a/blobs/uploads/');
    assert.equal(push.headers.get('www-authenticate'), `${challenge},scope="repository:staging/a:pull,push"`);
  });

  test('Basic credentials, a token from them, and an anonymous token are all taken', async () => {
    assert.equal((await to.call('GET', '/v2/', { user: reader })).status, 200);
    assert.equal((await to.call('GET', '/v2/', { token: await to.tokenFor('', reader) })).status, 200);
    assert.equal((await to.call('GET', '/v2/', { token: await to.tokenFor('') })).status, 200);
    await to.fails(
      to.call('GET', '/v2/', { user: { ...reader, password: 'wrong' } }),
      401,
      'UNAUTHORIZED',
      /wrong name/,
    );
    const stale = await to.call('GET', '/v2/', { token: 'stale' });
    assert.match(stale.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
    await to.fails(to.call('GET', '/auth/token', { user: { ...reader, password: 'x' } }), 401, 'UNAUTHORIZED');
  });

  test('the OAuth2 form of the token endpoint takes a password', async () => {
    const form = 'grant_type=password&service=x&client_id=c&scope=repository:golden/a:pull,push';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const good = await to.call('POST', '/auth/token', { headers, body: `${form}&username=reader&password=r` });
    const issued = (await good.json()) as { access_token: string; scope: string };
    assert.equal(issued.scope, 'repository:golden/a:pull', 'granted as far as the right goes');
    assert.equal((await to.call('GET', '/v2/', { token: issued.access_token })).status, 200);
    await to.fails(
      to.call('POST', '/auth/token', { headers, body: `${form}&username=reader&password=x` }),
      401,
      'UNAUTHORIZED',
    );
    await to.fails(to.call('POST', '/auth/token', { headers, body: 'grant_type=magic' }), 400, 'UNSUPPORTED');
    await to.fails(to.call('DELETE', '/auth/token'), 405, 'UNSUPPORTED');
  });

  test('a token is good for what it was asked for', async () => {
    await to.pushImage('staging/scoped', 'scoped', '1');
    const path = '/v2/staging/scoped/manifests/1';
    const token = await to.tokenFor('repository:staging/other:pull,push', publisher);
    const answer = await to.call('GET', path, { token });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /scope="repository:staging\/scoped:pull",error="insuff/);
    assert.equal(
      (await to.call('GET', path, { token: await to.tokenFor('repository:staging/scoped:pull', publisher) })).status,
      200,
    );
  });

  test('what one may not see looks the same whether it exists or not', async () => {
    await to.pushImage('staging/secret', 'secret', '1');
    for (const name of ['staging/secret', 'staging/nothing']) {
      for (const path of ['manifests/1', 'tags/list', `referrers/${digestOf('x')}`, `blobs/${digestOf('x')}`]) {
        await to.fails(
          to.call('GET', `/v2/${name}/${path}`, { user: reader }),
          403,
          'DENIED',
          new RegExp(`${name}, or it`),
        );
        await to.fails(to.call('GET', `/v2/${name}/${path}`), 401, 'UNAUTHORIZED');
      }
      await to.fails(to.call('DELETE', `/v2/${name}/manifests/1`, { user: reader }), 403, 'DENIED');
      await to.fails(to.call('POST', `/v2/${name}/blobs/uploads/`, { user: reader }), 403, 'DENIED');
    }
  });

  test('the catalog lists what the caller may see, page by page', async () => {
    for (const name of ['staging/list-a', 'staging/list-b']) await to.pushImage(name, name, '1');
    const answer = await to.call('GET', '/v2/_catalog?n=1&last=staging/list', { user: publisher });
    assert.deepEqual(await answer.json(), { repositories: ['staging/list-a'] });
    assert.equal(answer.headers.get('link'), '</v2/_catalog?n=1&last=staging%2Flist-a>; rel="next"');
    const next = await to.call('GET', '/v2/_catalog?n=1&last=staging/list-a', { user: publisher });
    assert.deepEqual(await next.json(), { repositories: ['staging/list-b'] });
    const all = (await (await to.call('GET', '/v2/_catalog', { user: reader })).json()) as { repositories: string[] };
    assert.ok(all.repositories.every((name) => name.startsWith('golden/')));
    await to.fails(to.call('GET', '/v2/_catalog?n=-1', { user: reader }), 400, 'UNSUPPORTED', /n=-1/);
  });

  test('a mount needs the right to the source, and a token that was asked for it', async () => {
    const digest = await to.pushBlob('private/source', 'secret bytes');
    const mount = `/v2/staging/target/blobs/uploads/?mount=${digest}`;
    for (const from of ['&from=private/source', '']) {
      const answer = await to.call('POST', `${mount}${from}`, { user: publisher });
      assert.equal(answer.status, 202, 'an upload begins instead');
      assert.equal((await to.call('GET', `/v2/staging/target/blobs/${digest}`, { user: publisher })).status, 404);
    }
    const token = await to.tokenFor('repository:staging/target:pull,push', everything);
    const challenged = await to.call('POST', `${mount}&from=private/source`, { token });
    assert.equal(challenged.status, 401);
    const scope = 'repository:staging/target:pull,push repository:private/source:pull';
    assert.match(challenged.headers.get('www-authenticate') ?? '', new RegExp(`scope="${scope}"`));
    const enough = await to.call('POST', `${mount}&from=private/source`, {
      token: await to.tokenFor(scope, everything),
    });
    assert.equal(enough.status, 201);
    assert.equal((await to.call('GET', `/v2/staging/target/blobs/${digest}`, { user: publisher })).status, 200);
  });
});
