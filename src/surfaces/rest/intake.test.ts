import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IntakeDetail, IntakePage } from '#model/api-intake.ts';
import { startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
let upstream: TestRegistry;
let bad: { digest: string; id: string };
before(async () => {
  world = await openWorld();
  await world.advise('npm', [osvRecord('GHSA-crit', 'broken', '2.0.0')]);
  bad = await world.push({ repository: 'staging/bad', tag: '1', files: npmModule('broken', '1.0.0') });
  await world.settle();
  await world.push({ repository: 'staging/new', tag: '1', files: npmModule('fine', '1.0.0') });
  api = await openRestApi(world);
  upstream = await startRegistry();
});
after(async () => {
  await upstream[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await world.close();
});

const reason = 'the fix comes next week';
const tagsOf = ({ items }: IntakePage) => items.map(({ repository }) => repository);

async function list(query: string): Promise<IntakePage> {
  const { status, body } = await api.call('reader', 'GET', `/intake?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

test('what was pushed is listed newest first, by states and page by page', async () => {
  assert.equal((await list('')).items.length, 2);
  assert.deepEqual(tagsOf(await list('status=rejected')), ['staging/bad']);
  assert.deepEqual(tagsOf(await list('status=queued,running')), ['staging/new']);
  const first = await list('limit=1');
  const second = await list(`limit=1&after=${encodeURIComponent(first.next ?? '')}`);
  assert.deepEqual([...tagsOf(first), ...tagsOf(second)].sort(), ['staging/bad', 'staging/new']);
  assert.equal((await api.call('reader', 'GET', '/intake?status=lost')).status, 400);
});

test('one push is found by every name that people have for it', async () => {
  const names = [
    'staging/bad:1',
    'registry.example:5080/staging/bad:1',
    'golden/bad:1',
    `staging/bad@${bad.digest}`,
    bad.id,
  ];
  for (const name of names) {
    const { items } = await list(`reference=${encodeURIComponent(name)}`);
    assert.deepEqual(
      items.map(({ id }) => id),
      [bad.id],
      name,
    );
  }
  assert.deepEqual((await list('reference=staging/none:1')).items, []);
});

test('a curator approves what the gate rejected, with what the decision rests on before the eyes', async () => {
  const read = async (caller: string): Promise<IntakeDetail> =>
    (await api.call(caller, 'GET', `/intake/${bad.id}`)).body;
  const before = await read('curator');
  assert.equal(before.verdict?.outcome, 'fail');
  assert.equal(before.posture?.grade, 'D');
  assert.deepEqual(
    before.platforms.map(({ platform }) => platform),
    ['linux/amd64'],
  );
  assert.deepEqual([before.mayDecide, (await read('publisher')).mayDecide], [true, false]);
  const decision = { reason, until: '2026-12-24', ticket: 'SEC-1' };
  const { status, body } = await api.call('curator', 'POST', `/intake/${bad.id}/approve`, decision);
  assert.deepEqual([status, body.status, body.decidedBy, body.mayDecide], [200, 'cataloged', 'curator', false]);
  const { body: findings } = await api.call('anonymous', 'GET', `/images/${bad.digest}/findings`);
  assert.deepEqual(
    findings.items.map(({ acceptance }: { acceptance: { by: string; until: string } }) => [
      acceptance.by,
      acceptance.until,
    ]),
    [['curator', '2026-12-24']],
  );
  const again = await api.call('curator', 'POST', `/intake/${bad.id}/approve`, decision);
  assert.equal(again.status, 409);
});

test('an image is brought from another registry with its referrers, and waits to be judged', async () => {
  const images = new RegistryImages(upstream);
  const digest = await images.pushImage('library/tiny', 'a layer', ['1']);
  const artifact = await images.attach('library/tiny', digest, 'application/spdx+json');
  const from = { reference: `${upstream.host}/library/tiny:1`, plainHttp: true, username: 'admin', password: 'secret' };
  const { status, body } = await api.call('publisher', 'POST', '/intake', from);
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual(
    [body.repository, body.tag, body.digest, body.status, body.pushedBy],
    ['staging/library/tiny', '1', digest, 'queued', 'publisher'],
  );
  const image = await api.call('reader', 'GET', `/images/${digest}`);
  assert.equal(image.body.origin.reference, from.reference);
  assert.match(artifact, /^sha256:/);
  const { body: log } = await api.call('administrator', 'GET', '/audit');
  assert.equal(log.items[0].action, 'intake.add');
  assert.ok(!JSON.stringify(log).includes('secret'), 'no password is in the log');
});

test('what cannot be brought in says why', async () => {
  const wrong = { reference: `${upstream.host}/library/tiny:1`, plainHttp: true, username: 'admin', password: 'no' };
  const missing = { ...wrong, password: 'secret', reference: `${upstream.host}/library/none:1` };
  const elsewhere = { ...missing, reference: `${upstream.host}/library/tiny:1`, repository: 'golden/tiny' };
  for (const body of [wrong, missing, elsewhere]) {
    const answer = await api.call('administrator', 'POST', '/intake', body);
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.detail, /^cannot /);
  }
});
