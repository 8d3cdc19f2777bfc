import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import { openRestApi } from '#testkit/rest-api.ts';
import { openWorld, type World } from '#testkit/world.ts';
import { registerHealth } from './health.ts';

let world: World;
let app: FastifyInstance;
let isBroken = false;
before(async () => {
  world = await openWorld();
  await (await openRestApi(world))[Symbol.asyncDispose](); // makes the queue's tables
  app = fastify();
  const stat = async () => {
    if (isBroken) throw new AppError('unavailable', 'cannot read the blob store: the disk is gone');
    return undefined;
  };
  registerHealth(app, { db: world.db, blobs: { stat }, metrics: async () => 'assay_up 1\n' });
});
after(async () => {
  await app.close();
  await world.close();
});

test('a process that answers is alive, and ready when all it stands on is', async () => {
  assert.equal((await app.inject('/livez')).statusCode, 200);
  const ready = await app.inject('/readyz');
  assert.deepEqual([ready.statusCode, ready.json().ok], [200, true]);
  const metrics = await app.inject('/metrics');
  assert.equal(metrics.body, 'assay_up 1\n');
  assert.match(String(metrics.headers['content-type']), /^text\/plain/);
});

test('what is not ready says which part and why', async () => {
  isBroken = true;
  await sql`drop schema queue cascade`.execute(world.db);
  const { statusCode, body } = await app.inject('/readyz');
  assert.equal(statusCode, 503);
  const { parts } = JSON.parse(body);
  assert.deepEqual(parts.database, { ok: true });
  assert.deepEqual(parts.blobs, { ok: false, reason: 'cannot read the blob store: the disk is gone' });
  assert.match(parts.queue.reason, /cannot reach the queue/);
});
