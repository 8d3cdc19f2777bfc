import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import type { BuiltImage } from '#formats/layers/index.ts';
import type { JobPage } from '#model/api-work.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { plainEnvironment, type TestAssay } from '#testkit/assay.ts';
import { until } from '#testkit/assay-client.ts';
import { type Installation, openInstallation, PUBLIC_HOST } from '#testkit/installation.ts';
import { run, withoutPeers } from '#testkit/peers.ts';
import { type PushTarget, pushImage } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const PUSHERS = 2;

function imageAbout(about: string, fillerBytes = 200_000): BuiltImage {
  return alpineImage({ about, files: { 'srv/filler': randomBytes(fillerBytes) } });
}

function targetOf(node: TestAssay, repository: string): PushTarget {
  return { url: node.url, person: node.admin, repository };
}

function get(node: TestAssay, path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${node.admin.name}:${node.admin.password}`).toString('base64')}`;
  return fetch(`${node.url}${path}`, { ...init, headers: { authorization, ...init.headers } });
}

async function assertWhole(node: TestAssay, repository: string, tag: string, image: BuiltImage): Promise<void> {
  const read = async (path: string) => {
    const answer = await get(node, `/v2/${repository}/${path}`);
    assert.equal(answer.status, 200, `${repository} ${path}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  assert.ok((await read(`manifests/${tag}`)).equals(image.manifest.bytes));
  for (const blob of [image.config, ...image.layers]) {
    assert.ok((await read(`blobs/${blob.digest}`)).equals(blob.bytes), blob.digest);
  }
}

describe('two servers over one database and one bucket', { skip: withoutPeers('versitygw') }, () => {
  let shared: Installation;
  let one: TestAssay;
  let other: TestAssay;

  before(async () => {
    shared = await openInstallation();
    [one, other] = await Promise.all([shared.startNode(), shared.startNode()]);
  });
  after(async () => {
    await one?.[Symbol.asyncDispose]();
    await other?.[Symbol.asyncDispose]();
    await shared?.[Symbol.asyncDispose]();
  });

  test('start at the same moment on an empty database, and both are ready', async () => {
    for (const node of [one, other]) assert.equal((await fetch(`${node.url}/readyz`)).status, 200);
    const { rows } = await sql<{ count: number }>`select count(*) from access_principal where name = 'admin'`.execute(
      shared.db,
    );
    assert.deepEqual(rows, [{ count: 1 }]);
  });

  test('what is pushed to one is pulled from the other at once, large layers too', async () => {
    const image = imageAbout('at once', 12_000_000);
    await pushImage(targetOf(one, 'staging/nodes/app'), image, '1');
    await assertWhole(other, 'staging/nodes/app', '1', image);
  });

  test('an upload that was begun on one goes on at the other, and back', async () => {
    const bytes = randomBytes(11_000_000);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const begun = await get(one, '/v2/staging/nodes/parts/blobs/uploads/', { method: 'POST' });
    assert.equal(begun.status, 202);
    let location = begun.headers.get('location') ?? '';
    const cuts = [0, 1_000_000, 9_500_000, bytes.length];
    for (const [index, node] of [one, other, one].entries()) {
      const [start = 0, end = 0] = cuts.slice(index, index + 2);
      const answer = await get(node, location, { method: 'PATCH', body: bytes.subarray(start, end) });
      assert.equal(answer.status, 202, await answer.text());
      assert.equal(answer.headers.get('range'), `0-${end - 1}`);
      location = answer.headers.get('location') ?? '';
    }
    const finished = await get(other, `${location}?digest=${digest}`, { method: 'PUT' });
    assert.equal(finished.status, 201, await finished.text());
    const read = await get(one, `/v2/staging/nodes/parts/blobs/${digest}`);
    assert.ok(Buffer.from(await read.arrayBuffer()).equals(bytes));
  });

  test('a token of one is good at the other', async () => {
    const scope = 'repository:staging/nodes/app:pull';
    const { token } = (await (await get(one, `/auth/token?service=${PUBLIC_HOST}&scope=${scope}`)).json()) as {
      token: string;
    };
    const answer = await fetch(`${other.url}/v2/staging/nodes/app/manifests/1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 200, await answer.text());
  });

  test('an image that is retired at one is refused at the other within a second', async (t) => {
    const image = imageAbout('to be retired');
    await pushImage(targetOf(one, 'staging/nodes/old'), image, '1');
    const intake = await one.api.waitForIntake('staging/nodes/old:1');
    assert.equal(intake.status, 'cataloged', intake.summary);
    const pull = async () => (await get(other, '/v2/golden/nodes/old/manifests/1')).status;
    assert.equal(await pull(), 200);
    await one.api.send('POST', `/images/${image.manifest.digest}/retire`, {
      repository: 'golden/nodes/old',
      reason: 'Replaced by version 2',
    });
    const answered = performance.now();
    await until('the refusal', async () => (await pull()) === 403 || undefined);
    const tookMs = performance.now() - answered;
    t.diagnostic(`refused at the other ${Math.round(tookMs)} ms after the retirement was answered`);
    assert.ok(tookMs < 1_000, `it took ${tookMs} ms`);
  });

  for (const name of ['one', 'the other']) {
    test(`kill -9 of ${name} under load: nothing that was answered 201 is lost`, async (t) => {
      const [victim, survivor] = name === 'one' ? [one, other] : [other, one];
      const stored = new Map<string, BuiltImage>();
      let isOver = false;
      const pushers = [victim, survivor].flatMap((node) =>
        Array.from({ length: PUSHERS }, async (_, pusher) => {
          const repository = `staging/nodes/load-${node === victim ? 'victim' : 'survivor'}-${pusher}`;
          for (let count = 0; !isOver; count += 1) {
            const image = imageAbout(`${name} ${repository} ${count}`);
            const tag = `${name.replace(' ', '-')}-${count}`;
            try {
              await pushImage(targetOf(node, repository), image, tag);
            } catch (error) {
              if (node === survivor || /answered/.test(String(error))) throw error;
              return; // the connection broke: nothing was promised
            }
            stored.set(`${repository}:${tag}`, image);
          }
        }),
      );
      await until('some pushes', async () => stored.size >= PUSHERS * 4 || undefined);
      await victim.kill();
      const known = stored.size;
      await until('more pushes to the survivor', async () => stored.size >= known + PUSHERS || undefined);
      isOver = true;
      await Promise.all(pushers);
      for (const [reference, image] of stored) {
        const [repository = '', tag = ''] = reference.split(':');
        await assertWhole(survivor, repository, tag, image);
      }
      t.diagnostic(`${stored.size} pushes were answered 201, all are there`);
      await victim.start();
      assert.equal((await fetch(`${victim.url}/readyz`)).status, 200);
    });
  }

  test('every job is done in the end, those of the dead too', async () => {
    await one.api.waitForIdle();
    const failed = await other.api.get<JobPage>('/jobs?state=failed&limit=10');
    assert.deepEqual(failed.items, []);
    const open = await other.api.get<{ items: unknown[] }>('/intake?status=failed,queued,running&limit=10');
    assert.deepEqual(open.items, []);
  });

  test('a schedule that is due runs once, whoever starts it', async () => {
    const { rows } = await sql<{ name: string; minute: Date; count: number }>`
      select data->>'workflow' as name, date_trunc('minute', created_on) as minute, count(*) as count from queue.job
      where singleton_key like '%:scheduled' group by 1, 2`.execute(shared.db);
    assert.ok(rows.length > 0, 'no schedule was due');
    assert.deepEqual(
      rows.filter(({ count }) => count > 1),
      [],
    );
  });

  test('a machine with another master key is told so, and does not start', async () => {
    await using folder = await temporaryFolder();
    const outcome = await run(process.execPath, ['src/main.ts'], {
      env: {
        ...plainEnvironment(),
        ...shared.env,
        ASSAY_MASTER_KEY: randomBytes(32).toString('base64'),
        ASSAY_DATA: folder.path,
        ASSAY_PORT: '1',
        ASSAY_HOST: '127.0.0.1',
        ASSAY_SAMPLES: 'off',
      } as Record<string, string>,
      timeoutMs: 60_000,
    });
    assert.ok(outcome.code > 0);
    assert.match(outcome.stderr, /it belongs to another master key; set ASSAY_MASTER_KEY/);
  });

  test('one that only answers and one that only works make a whole', async () => {
    await Promise.all([one.stop(), other.stop()]);
    await using web = await shared.startNode({ env: { ASSAY_ROLES: 'web' } });
    await using work = await shared.startNode({ env: { ASSAY_ROLES: 'work' } });
    const image = imageAbout('divided');
    await pushImage(targetOf(web, 'staging/nodes/divided'), image, '1');
    assert.equal((await web.api.waitForIntake('staging/nodes/divided:1')).status, 'cataloged');
    await assertWhole(web, 'golden/nodes/divided', '1', image);
    for (const path of ['/livez', '/readyz', '/metrics'])
      assert.equal((await fetch(work.url + path)).status, 200, path);
    assert.equal((await fetch(`${work.url}/v2/`)).status, 404);
    assert.deepEqual([await web.stop(), await work.stop()], [0, 0]);
    assert.deepEqual([...web.leftover(), ...work.leftover()], []);
  });
});
