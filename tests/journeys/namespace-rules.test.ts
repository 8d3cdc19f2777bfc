import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RetentionTrial } from '#model/api-rules.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { pushImage } from '#testkit/push.ts';

let assay: TestAssay;
before(async () => {
  assay = await startAssay({ env: { ASSAY_WEB_PROCESSES: '2' } });
});
after(() => assay[Symbol.asyncDispose]());

const push = (repository: string, about: string, tag: string) =>
  pushImage({ url: assay.url, person: assay.admin, repository }, alpineImage({ about }), tag);
const v2 = (method: string, path: string) => {
  const credentials = Buffer.from(`${assay.admin.name}:${assay.admin.password}`).toString('base64');
  // A connection of its own: each of the web processes is asked in turn.
  const headers = { authorization: `Basic ${credentials}`, connection: 'close' };
  return fetch(`${assay.url}/v2/${path}`, { method, headers });
};
const statuses = async (count: number, method: string, path: string) => {
  const answers: number[] = [];
  for (let index = 0; index < count; index += 1) answers.push((await v2(method, path)).status);
  return answers;
};

test('a rule that was answered holds in every process at once', async () => {
  await push('staging/fixed', 'first', 'v1');
  for (let round = 0; round < 3; round += 1) {
    assert.match(await assay.cli('rules', 'set', 'staging/fixed', '--immutable', 'v*'), /immutable tags +v\* +staging/);
    assert.deepEqual(await statuses(2, 'DELETE', 'staging/fixed/manifests/v1'), [403, 403]);
    await assert.rejects(push('staging/fixed', `other ${round}`, 'v1'), /403.*cannot move staging\/fixed:v1/);
    await assay.cli('rules', 'set', 'staging/fixed', '--none', 'immutable');
    await push('staging/fixed', `moved ${round}`, 'v1');
  }
});

test('what was deleted is gone in every process, and comes back with its tag', async () => {
  await assay.cli('rules', 'set', 'staging', '--undelete', '7d');
  await push('staging/back', 'deleted by mistake', '1');
  const digest = (await v2('HEAD', 'staging/back/manifests/1')).headers.get('docker-content-digest');
  assert.equal((await v2('DELETE', `staging/back/manifests/${digest}`)).status, 202);
  assert.deepEqual(await statuses(4, 'GET', 'staging/back/manifests/1'), [404, 404, 404, 404]);
  assert.deepEqual(await statuses(2, 'GET', `staging/back/manifests/${digest}`), [404, 404]);
  assert.match(await assay.cli('undelete', 'list', 'staging/back'), /staging\/back +image +1 +admin/);
  assert.match(await assay.cli('undelete', 'staging/back:1'), /is back, with the tags 1/);
  assert.deepEqual(await statuses(4, 'GET', 'staging/back/manifests/1'), [200, 200, 200, 200]);
  const again = await assay.tryCli('undelete', 'staging/back:1');
  assert.match(again.stderr, /cannot undelete staging\/back:1: it was not deleted, or its time is over/);
});

test('a quota counts what is there and refuses what is more', async () => {
  await push('staging/small/a', 'within the quota', '1');
  await assay.cli('rules', 'set', 'staging/small', '--quota', '1kB', '--repositories', '1');
  assert.match(await assay.cli('rules', 'show', 'staging/small'), /quota +1\.0 kB, 1 repositories +staging\/small/);
  await assert.rejects(push('staging/small/a', 'too much', '2'), /403.*of its quota of 1 kB/);
});

test('a trial of retention says what would go, and its run removes just that', async () => {
  for (const tag of ['1', '2', '3']) await push('staging/many', `image ${tag}`, tag);
  for (const tag of ['1', '2', '3']) await assay.api.waitForIntake(`staging/many:${tag}`);
  await assay.cli('rules', 'set', 'staging/many', '--keep-last', '1');
  const trial = JSON.parse(
    await assay.cli('retention', 'run', 'staging/many', '--dry-run', '--json'),
  ) as RetentionTrial;
  assert.deepEqual(
    trial.items.map(({ tag }) => tag),
    ['1', '2'],
  );
  const going = trial.items.filter(({ spared }) => spared === null).length;
  assert.match(
    await assay.cli('retention', 'run', 'staging/many'),
    new RegExp(`^${going} tags and ${going} images removed`),
  );
  assert.equal((await v2('GET', 'staging/many/manifests/3')).status, 200);
});

test('who asks too often gets 429 and the time to wait, from all processes together', async () => {
  await assay.cli('rules', 'set', '*', '--requests', '6/h');
  const answers = await statuses(12, 'HEAD', 'staging/back/manifests/1');
  const served = answers.filter((status) => status === 200).length;
  assert.ok(served >= 3 && served <= 8, answers.join(' '));
  const refused = await v2('GET', 'staging/back/manifests/1');
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 60);
  await assay.cli('rules', 'set', '*', '--inherit', 'rate');
  assert.equal((await v2('GET', 'staging/back/manifests/1')).status, 200);
});
