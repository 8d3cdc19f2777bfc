import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Digest } from '#kernel/digest.ts';
import { callers, openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
let golden: { digest: Digest; id: string };
let rejected: { digest: Digest; id: string };
let report = '';

before(async () => {
  world = await openWorld();
  await world.advise('npm', [osvRecord('GHSA-crit', 'broken', '2.0.0'), osvRecord('GHSA-high', 'meh', null)]);
  golden = await world.push({
    repository: 'staging/shop',
    tag: '1',
    files: { ...npmModule('meh', '1.0.0'), ...npmModule('fine', '1.0.0') },
    platforms: ['amd64', 'arm64'],
  });
  rejected = await world.push({ repository: 'staging/bad', tag: '1', files: npmModule('broken', '1.0.0') });
  await world.settle();
  api = await openRestApi(world);
  if ((await world.intake(golden.id)).status === 'waiting') {
    await api.call('curator', 'POST', `/intake/${golden.id}/approve`, { reason: 'looked at it and it is fine' });
    await world.settle();
  }
  const detail = await api.call('reader', 'GET', `/images/${golden.digest}`);
  report = detail.body.reports[0]?.digest;
});
after(async () => {
  await api?.[Symbol.asyncDispose]();
  await world.close();
});

const NOWHERE = `sha256:${'9'.repeat(64)}`;
const reason = 'because a test wants it so';

describe('who gets what', () => {
  /** Statuses for anonymous, reader, publisher, curator, administrator. Rows run in this order. */
  const table = (): [method: string, path: string, statuses: number[], body?: unknown][] => [
    ['GET', '/me', [200, 200, 200, 200, 200]],
    ['GET', '/entries', [200, 200, 200, 200, 200]],
    ['GET', '/entries/golden%2Fshop', [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}?platform=linux%2Farm64`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}?platform=linux%2Fs390x`, [404, 404, 404, 404, 404]],
    ['GET', `/images/${golden.digest}/findings`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}/packages?q=fine`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}/layers`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}/history`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${golden.digest}/verdicts`, [200, 200, 200, 200, 200]],
    ['GET', `/images/${rejected.digest}`, [404, 200, 200, 200, 200]],
    ['GET', `/images/${rejected.digest}/findings`, [404, 200, 200, 200, 200]],
    ['GET', `/images/${NOWHERE}`, [404, 404, 404, 404, 404]],
    ['GET', '/images/latest', [400, 400, 400, 400, 400]],
    ['GET', `/images/${report}`, [404, 404, 404, 404, 404]],
    ['GET', `/reports/${report}`, [200, 200, 200, 200, 200]],
    ['GET', `/reports/${golden.digest}`, [404, 404, 404, 404, 404]],
    ['GET', '/resolve?reference=golden/shop:1', [200, 200, 200, 200, 200]],
    ['GET', '/resolve?reference=staging/bad:1', [404, 200, 200, 200, 200]],
    ['GET', '/resolve?reference=docker.io/library/alpine', [400, 400, 400, 400, 400]],
    ['GET', '/intake', [401, 200, 200, 200, 200]],
    ['GET', `/intake/${rejected.id}`, [401, 200, 200, 200, 200]],
    ['GET', '/intake/none', [401, 404, 404, 404, 404]],
    ['POST', '/intake', [401, 403, 400, 400, 400], { reference: 'no registry' }],
    ['POST', `/intake/${rejected.id}/approve`, [401, 403, 403, 400, 400], { reason: 'short' }],
    ['POST', `/intake/${rejected.id}/reject`, [401, 403, 403, 200, 200], { reason }],
    ['GET', '/advisories/sources', [200, 200, 200, 200, 200]],
    ['GET', '/advisories/GHSA-crit', [200, 200, 200, 200, 200]],
    ['GET', '/advisories/GHSA-none', [404, 404, 404, 404, 404]],
    ['GET', '/trust', [200, 200, 200, 200, 200]],
    ['GET', '/jobs', [401, 403, 403, 200, 200]],
    ['GET', '/schedules', [401, 403, 403, 200, 200]],
    ['POST', '/schedules/scan-images/run', [401, 403, 403, 202, 202]],
    ['POST', '/schedules/none/run', [401, 403, 403, 404, 404]],
    ['GET', '/policies/staging', [401, 403, 403, 403, 200]],
    ['PUT', '/policies/staging', [401, 403, 403, 403, 400], { rules: { nonsense: false } }],
    ['PUT', '/policies/golden', [401, 403, 403, 403, 404], { rules: {} }],
    ['GET', '/publishers', [401, 403, 403, 403, 200]],
    ['PUT', '/publishers/acme', [401, 403, 403, 403, 422], { certificates: 'none', scopes: ['*'] }],
    ['DELETE', '/publishers/acme', [401, 403, 403, 403, 404]],
    ['GET', '/garbage?limit=10', [401, 403, 403, 403, 200]],
    ['POST', '/garbage/collect', [401, 403, 403, 403, 202]],
    ['GET', '/scrub', [401, 403, 403, 403, 200]],
    ['POST', '/scrub', [401, 403, 403, 403, 202], { bytesPerSecond: 4096 }],
    ['POST', '/scrub', [401, 403, 403, 403, 400], { source: 'ada:secret@registry.example' }],
    ['GET', '/audit', [401, 403, 403, 403, 200]],
    ['GET', '/users', [401, 403, 403, 403, 200]],
    [
      'POST',
      `/images/${golden.digest}/extend`,
      [401, 403, 403, 200, 200],
      { repository: 'golden/shop', reason, until: '2028-01-31' },
    ],
    [
      'POST',
      `/images/${golden.digest}/extend`,
      [401, 403, 403, 400, 400],
      { repository: 'golden/shop', reason, until: '2028-02-31' },
    ],
    ['POST', `/images/${golden.digest}/retire`, [401, 403, 403, 404, 404], { repository: 'golden/other', reason }],
    ['GET', '/nothing', [404, 404, 404, 404, 404]],
  ];

  test('every role is answered as its permissions say', async () => {
    for (const [method, path, statuses, body] of table()) {
      const answers = [];
      for (const caller of callers) answers.push(await api.call(caller, method, path, body));
      const text = JSON.stringify(answers.find((each, index) => each.status !== statuses[index])?.body);
      assert.deepEqual(
        answers.map(({ status }) => status),
        statuses,
        `${method} ${path}: ${text}`,
      );
    }
  });

  test('a right in one namespace is none in another', async () => {
    const retire = { repository: 'golden/shop', reason };
    const answer = await api.call('curator@staging', 'POST', `/images/${golden.digest}/retire`, retire);
    assert.equal(answer.status, 404, 'golden is not seen');
    assert.equal((await api.call('reader@golden', 'GET', `/images/${rejected.digest}`)).status, 404);
    assert.equal((await api.call('reader@golden', 'GET', '/intake')).status, 403);
    const { body } = await api.call('reader@golden', 'GET', `/images/${golden.digest}`);
    assert.deepEqual(
      body.repositories.map(({ repository }: { repository: string }) => repository),
      ['golden/shop'],
    );
    assert.ok(body.verdict, 'the verdict that let it in is part of the golden image');
  });

  test('text that no database can hold is refused, not a failure', async () => {
    const answers = await Promise.all([
      api.call('curator', 'GET', '/resolve?reference=%00'),
      api.call('curator', 'GET', '/advisories/a%00b'),
      api.call('curator', 'POST', `/intake/${rejected.id}/reject`, { reason: 'a reason with \0 in it' }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400],
    );
  });

  test('a decision leaves a line in the audit log', async () => {
    const { body } = await api.call('administrator', 'GET', '/audit?limit=200');
    const actions = new Set(body.items.map(({ action }: { action: string }) => action));
    for (const action of ['intake.reject', 'image.extend', 'schedule.run']) assert.ok(actions.has(action), action);
  });
});
