import type { IntakeRow, IntakeStatus } from '#model/api-intake.ts';
import type { RuleOutcome } from '#model/verdict.ts';

const ranks: Readonly<Record<IntakeStatus, number>> = {
  waiting: 0,
  running: 1,
  queued: 1,
  failed: 2,
  quarantined: 3,
  rejected: 3,
  superseded: 3,
  cataloged: 3,
};

/** Who waits stands first, the longest waiting on top; then what is under way; then what is over, newest first. */
export function inQueueOrder(rows: readonly IntakeRow[]): IntakeRow[] {
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  return unique.sort((a, b) => {
    const rank = ranks[a.status] - ranks[b.status];
    if (rank !== 0) return rank;
    const age = Date.parse(a.pushedAt) - Date.parse(b.pushedAt);
    return ranks[a.status] < 3 ? age : -age;
  });
}

/** The push that replaced this one: the newest of the same tag, when it is newer. */
export function newerPush(row: IntakeRow, rows: readonly IntakeRow[]): IntakeRow | undefined {
  const newest = rows
    .filter((other) => other.repository === row.repository && other.tag === row.tag)
    .toSorted((a, b) => Date.parse(b.pushedAt) - Date.parse(a.pushedAt))[0];
  return newest && newest.id !== row.id && newest.pushedAt > row.pushedAt ? newest : undefined;
}

/** What the mark of a row shows; undefined while there is no outcome. */
export const markOf: Readonly<Record<IntakeStatus, RuleOutcome | undefined>> = {
  queued: undefined,
  running: undefined,
  waiting: 'open',
  cataloged: 'pass',
  rejected: 'fail',
  quarantined: 'fail',
  failed: 'fail',
  superseded: 'accepted',
};

export const statusNames: Readonly<Record<IntakeStatus, string>> = {
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waits for a curator',
  cataloged: 'Cataloged',
  rejected: 'Rejected',
  quarantined: 'Quarantined',
  failed: 'Failed',
  superseded: 'Superseded',
};

export const isUnderWay = (status: IntakeStatus) => status === 'queued' || status === 'running';
