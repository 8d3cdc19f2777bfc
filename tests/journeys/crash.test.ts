import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { IntakePage } from '#model/api-intake.ts';
import type { JobPage } from '#model/api-work.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { until } from '#testkit/assay-client.ts';
import { pushImage } from '#testkit/push.ts';

const PUSHERS = 6;

/** Large enough that many pushes and scans are under way at any moment. */
function bigImage(about: string) {
  const filler = Buffer.alloc(400_000);
  for (let at = 0; at < filler.length; at += 4)
    filler.writeUInt32LE((at * 2_654_435_761 + about.length * 97) >>> 0, at);
  return alpineImage({ about, files: { 'srv/filler': filler, 'srv/name': about } });
}

describe('everything is killed in the middle of pushes and scans', () => {
  let assay: TestAssay;
  /** What the registry has answered 201: tag to image. */
  const stored = new Map<string, ReturnType<typeof bigImage>>();

  before(async () => {
    assay = await startAssay();
  });
  after(() => assay?.[Symbol.asyncDispose]());

  /** Pushes one image after the other until the server is gone. */
  async function pushUntilGone(pusher: number, round: number): Promise<void> {
    const target = { url: assay.url, person: assay.admin, repository: `staging/crash/pusher-${pusher}` };
    for (let count = 0; ; count += 1) {
      const image = bigImage(`${round}/${pusher}/${count}`);
      const tag = `r${round}-${count}`;
      try {
        await pushImage(target, image, tag);
      } catch (error) {
        if (/answered/.test(String(error))) throw error;
        return; // the connection broke: nothing was promised
      }
      stored.set(`${target.repository}:${tag}`, image);
    }
  }

  for (const [round, title, what] of [
    [1, 'kill -9 of the server: it starts again beside what is left of PostgreSQL', undefined],
    [2, 'kill -9 of PostgreSQL too: it starts again on the bare folder', 'everything'],
  ] as const) {
    test(title, async (t) => {
      const known = stored.size;
      const pushers = Array.from({ length: PUSHERS }, (_, pusher) => pushUntilGone(pusher, round));
      await until('some pushes', async () => stored.size >= known + PUSHERS * 2 || undefined);
      await assay.kill(what);
      await Promise.all(pushers);
      await assay.start();
      t.diagnostic(`${stored.size - known} pushes were answered 201 before the kill`);
    });
  }

  test('everything that was answered 201 is there and whole', async () => {
    const authorization = `Basic ${Buffer.from(`admin:${assay.admin.password}`).toString('base64')}`;
    for (const [reference, { manifest, layers, config }] of stored) {
      const [repository = '', tag = ''] = reference.split(':');
      const read = async (path: string) => {
        const answer = await fetch(`${assay.url}/v2/${repository}/${path}`, { headers: { authorization } });
        assert.equal(answer.status, 200, `${reference} ${path}`);
        return Buffer.from(await answer.arrayBuffer());
      };
      assert.ok((await read(`manifests/${tag}`)).equals(manifest.bytes), reference);
      for (const blob of [config, ...layers]) assert.ok((await read(`blobs/${blob.digest}`)).equals(blob.bytes));
    }
  });

  test('every scan that was queued completes', async () => {
    for (const reference of stored.keys()) {
      const intake = await assay.api.waitForIntake(reference);
      assert.equal(intake.status, 'cataloged', `${reference}: ${intake.summary}`);
    }
    await assay.api.waitForIdle();
    const failed = await assay.api.get<JobPage>('/jobs?state=failed&limit=10');
    assert.deepEqual(failed.items, []);
    const lost = await assay.api.get<IntakePage>('/intake?status=failed,queued,running&limit=10');
    assert.deepEqual(lost.items, []);
  });

  test('and at the end no process is left', async () => {
    assert.equal(await assay.stop(), 0, assay.log());
    assert.deepEqual(assay.leftover(), []);
  });
});
