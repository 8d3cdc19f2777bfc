import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IntakeRow, IntakeStatus } from '#model/api-intake.ts';
import { inQueueOrder, newerPush } from './intake-order.ts';

function row(id: string, status: IntakeStatus, hour: number, tag = id): IntakeRow {
  return {
    id,
    repository: 'staging/node',
    tag,
    digest: 'sha256:1',
    target: 'golden/node',
    status,
    step: '',
    summary: '',
    pushedBy: 'ci',
    pushedAt: `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`,
    decidedAt: null,
    decidedBy: null,
    decisionReason: null,
  };
}

test('the longest waiting stands first, then what runs, then what is over, newest first', () => {
  const rows = [
    row('done-old', 'cataloged', 1),
    row('waits-new', 'waiting', 9),
    row('runs', 'running', 10),
    row('done-new', 'rejected', 8),
    row('waits-old', 'waiting', 2),
  ];
  assert.deepEqual(
    inQueueOrder(rows).map(({ id }) => id),
    ['waits-old', 'waits-new', 'runs', 'done-new', 'done-old'],
  );
});

test('a row that two lists hold stands once', () => {
  assert.equal(inQueueOrder([row('a', 'waiting', 1), row('a', 'waiting', 1)]).length, 1);
});

test('a newer push of the same tag replaces a row, an older one does not', () => {
  const old = row('old', 'waiting', 1, '24');
  const recent = row('new', 'waiting', 5, '24');
  const other = row('other', 'waiting', 9, '22');
  assert.equal(newerPush(old, [old, recent, other])?.id, 'new');
  assert.equal(newerPush(recent, [old, recent, other]), undefined);
});
