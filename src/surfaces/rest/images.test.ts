import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { findReport } from '#features/reports/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { FindingPage, HistoryPage, ImageDetail, LayerRow, PackagePage } from '#model/api-images.ts';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';

const LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
let world: World;
let api: RestApi;
let digest: Digest;
before(async () => {
  world = await openWorld();
  await world.advise('npm', [
    osvRecord('GHSA-low-a', 'first', '9.0.0', { cvss: LOW }),
    osvRecord('GHSA-low-b', 'second', null, { cvss: LOW }),
    osvRecord('GHSA-medium', 'second', null, { cvss: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N' }),
  ]);
  const files = { ...npmModule('first', '1.0.0'), ...npmModule('second', '2.0.0'), ...npmModule('clean', '3.0.0') };
  const pushed = await world.push({
    repository: 'staging/shop',
    tag: '1',
    files,
    platforms: ['amd64', 'arm64'],
    labels: { tier: 'one' },
  });
  digest = pushed.digest;
  await world.settle();
  assert.equal((await world.intake(pushed.id)).status, 'cataloged', (await world.intake(pushed.id)).summary);
  api = await openRestApi(world);
});
after(async () => {
  await api?.[Symbol.asyncDispose]();
  await world.close();
});

const get = async <T>(path: string, caller = 'reader'): Promise<T> => {
  const { status, body } = await api.call(caller, 'GET', path);
  assert.equal(status, 200, JSON.stringify(body));
  return body as T;
};

test('an image shows its platforms, states, verdict, origin of trust and reports', async () => {
  const image = await get<ImageDetail>(`/images/${digest}`);
  assert.equal(image.kind, 'index');
  assert.deepEqual(image.platforms.map(({ platform }) => platform).sort(), ['linux/amd64', 'linux/arm64']);
  assert.deepEqual(
    image.repositories.map(({ repository, tags, state }) => [repository, tags, state]),
    [
      ['golden/shop', ['1'], 'approved'],
      ['staging/shop', ['1'], 'approved'],
    ],
  );
  assert.equal(image.verdict?.outcome, 'pass');
  assert.equal(image.posture?.counts.low, 2);
  assert.deepEqual(image.labels, { tier: 'one' });
  assert.ok(image.sizeBytes > 0 && image.scannedAt && image.nextScanAt);
  assert.match(image.signing.approvedBy ?? '', /Assay development signer/);
  assert.equal(image.signing.developmentKey, true);
});

test('each report carries a signature that holds, and its bytes are what the registry signed', async () => {
  const { reports } = await get<ImageDetail>(`/images/${digest}`);
  assert.ok(reports.length >= 3);
  for (const report of reports) {
    assert.equal(report.signature?.valid, true, JSON.stringify(report.signature?.checks));
    const answer = await api.app.inject(report.href);
    assert.equal(answer.statusCode, 200);
    const digest = createHash('sha256').update(answer.rawPayload).digest('hex');
    assert.equal((await findReport(world.db, report.digest as Digest))?.contentDigest, `sha256:${digest}`);
    assert.equal(answer.rawPayload.length, report.sizeBytes);
    assert.match(String(answer.headers['content-type']), /json/);
    assert.match(
      String(answer.headers['content-disposition']),
      /^attachment; filename="(vulnerability|malware)-[a-z-]+\.json"$/,
    );
  }
});

test('one platform of an index is shown by its name or digest', async () => {
  const whole = await get<ImageDetail>(`/images/${digest}`);
  const arm = await get<ImageDetail>(`/images/${digest}?platform=linux/arm64`);
  assert.equal(arm.platform, 'linux/arm64');
  assert.ok(arm.sizeBytes < whole.sizeBytes);
  const child = arm.platforms.find(({ platform }) => platform === 'linux/arm64')?.digest ?? '';
  const own = await get<ImageDetail>(`/images/${child}`);
  assert.deepEqual([own.kind, own.platform, own.verdict?.outcome], ['image', 'linux/arm64', 'pass']);
  assert.deepEqual(
    own.repositories.map(({ state }) => state),
    ['approved', 'approved'],
    'a platform is in the state of its index',
  );
});

test('a finding on several platforms is one row, worst first, page by page', async () => {
  const all = await get<FindingPage>(`/images/${digest}/findings`);
  assert.deepEqual(
    all.items.map(({ id, platforms }) => [id, platforms.length]),
    [
      ['GHSA-medium', 2],
      ['GHSA-low-a', 2],
      ['GHSA-low-b', 2],
    ],
  );
  const pages: string[] = [];
  for (let after = ''; ; ) {
    const page = await get<FindingPage>(`/images/${digest}/findings?limit=1&after=${after}`);
    pages.push(...page.items.map(({ id }) => id));
    if (page.next === null) break;
    after = page.next;
  }
  assert.deepEqual(pages, ['GHSA-medium', 'GHSA-low-a', 'GHSA-low-b']);
  const low = await get<FindingPage>(`/images/${digest}/findings?severity=low&platform=linux/amd64`);
  assert.deepEqual(
    low.items.map(({ platforms }) => platforms),
    [['linux/amd64'], ['linux/amd64']],
  );
  assert.equal((await api.call('reader', 'GET', `/images/${digest}/findings?after=!`)).status, 400);
});

test('packages are found by words, layers say what they bring', async () => {
  const { items } = await get<PackagePage>(`/images/${digest}/packages`);
  assert.deepEqual(
    items.map(({ name, findings }) => [name, findings]),
    [
      ['clean', 0],
      ['first', 1],
      ['second', 2],
    ],
  );
  const found = await get<PackagePage>(`/images/${digest}/packages?q=second+2.0`);
  assert.deepEqual(
    found.items.map(({ name }) => name),
    ['second'],
  );
  const layers = await get<{ items: LayerRow[] }>(`/images/${digest}/layers`);
  assert.deepEqual(
    layers.items.map(({ createdBy, packages, findings }) => [createdBy, packages, findings]),
    [['layer 1', 3, 3]],
  );
});

test('the history of a staged repository is for those who may read it', async () => {
  const all = await get<HistoryPage>(`/images/${digest}/history`);
  const seen = await get<HistoryPage>(`/images/${digest}/history`, 'anonymous');
  assert.ok(all.items.some(({ repository }) => repository === 'staging/shop'));
  assert.ok(seen.items.length > 0 && seen.items.every(({ repository }) => repository === 'golden/shop'));
});

test('an advisory leads to the images that it touches, as far as the caller sees them', async () => {
  const { body } = await api.call('anonymous', 'GET', '/advisories/GHSA-medium');
  assert.deepEqual(body.images, [{ digest, repository: 'golden/shop', tags: ['1'], package: 'second 2.0.0' }]);
  const more = await api.call('reader', 'GET', '/advisories/GHSA-medium');
  assert.equal(more.body.images.length, 2);
});

test('a retired image says why and what to use, and can be restored', async () => {
  const decision = { repository: 'golden/shop', reason: 'the vendor\nstopped patching it.', successor: '2' };
  const { status, body } = await api.call('curator', 'POST', `/images/${digest}/retire`, decision);
  assert.equal(status, 200, JSON.stringify(body));
  const [golden, staging] = (body as ImageDetail).repositories;
  assert.deepEqual([golden?.state, staging?.state], ['retired', 'approved']);
  assert.equal(
    golden?.notice,
    'golden/shop:1 was retired on 23 Nov 2026 because curator retired it: the vendor stopped patching it. Use golden/shop:2 instead.',
  );
  const restored = await api.call('curator', 'POST', `/images/${digest}/restore`, {
    repository: 'golden/shop',
    reason: 'the vendor patches again',
    until: '2027-06-30',
  });
  assert.equal(restored.body.repositories[0].state, 'approved');
  const bad = { ...decision, successor: 'evil.example/x:1' };
  assert.equal((await api.call('curator', 'POST', `/images/${digest}/retire`, bad)).status, 400);
});
