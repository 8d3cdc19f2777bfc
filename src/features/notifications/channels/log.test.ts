import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from '#platform/network/http-client.ts';
import { log } from './log.ts';

test('an event is one line with its sentence and its fields', async () => {
  const lines: unknown[] = [];
  const deps = {
    clock: { now: () => new Date(0) },
    http: createHttpClient({ allowPrivate: false }),
    log: (fields: object, message: string) => lines.push([fields, message]),
  };
  const event = {
    id: 7,
    type: 'image.retired' as const,
    at: '2026-11-23T12:00:00.000Z',
    repository: null,
    digest: null,
    actor: 'review',
    message: 'golden/node:20 was retired',
    data: {},
  };
  await log.send(deps, {}, event);
  assert.deepEqual(lines, [[{ event }, 'golden/node:20 was retired']]);
});
