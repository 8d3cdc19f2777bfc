import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REVIEWER, type Reviewed, review } from './review.ts';

const policy = { deprecateDaysBefore: 90, retireDaysAfter: 30 };
const image: Reviewed = {
  state: 'approved',
  actor: 'gate',
  retiresAt: null,
  extendedUntil: null,
  dates: [
    { source: 'distribution', subject: 'Alpine Linux 3.21', endOfLife: '2026-11-01' },
    { source: 'runtime', subject: 'Node.js 22', endOfLife: '2027-04-30' },
  ],
};
const deprecated: Partial<Reviewed> = { state: 'deprecated', actor: REVIEWER, retiresAt: new Date('2026-12-01') };
const byCurator: Partial<Reviewed> = { state: 'deprecated', actor: 'ada', retiresAt: new Date('2026-09-15') };
const ends = 'Alpine Linux 3.21 ends on 1 Nov 2026';
const ended = 'Alpine Linux 3.21 ended on 1 Nov 2026';

type Case = readonly [what: string, now: string, change: Partial<Reviewed>, expected: string | undefined];
const cases: readonly Case[] = [
  ['long before the end', '2026-08-02', {}, undefined],
  ['90 days before the end', '2026-08-03', {}, `deprecated, ${ends}, 2026-12-01`],
  ['the day before the end', '2026-10-31', {}, `deprecated, ${ends}, 2026-12-01`],
  ['on the day of the end', '2026-11-01', {}, `deprecated, ${ended}, 2026-12-01`],
  ['29 days after the end', '2026-11-30', {}, `deprecated, ${ended}, 2026-12-01`],
  ['30 days after the end', '2026-12-01', {}, `retired, ${ended}, -`],
  ['long after the end', '2030-01-01', deprecated, `retired, ${ended}, -`],
  ['without an end', '2030-01-01', { dates: [] }, undefined],
  [
    'extended',
    '2026-12-01',
    { extendedUntil: '2027-02-01' },
    'deprecated, its extension ends on 1 Feb 2027, 2027-03-03',
  ],
  [
    'extended far',
    '2026-10-01',
    { ...deprecated, extendedUntil: '2027-06-01' },
    'approved, its extension ends on 1 Jun 2027, -',
  ],
  [
    'an extension that is over',
    '2027-04-01',
    { extendedUntil: '2027-02-01' },
    'retired, its extension ended on 1 Feb 2027, -',
  ],
  ['an extension before the end', '2026-12-01', { extendedUntil: '2026-01-01' }, `retired, ${ended}, -`],
  ['an end that moved away', '2026-07-01', deprecated, `approved, ${ends}, -`],
  [
    'an end that is gone',
    '2026-07-01',
    { ...deprecated, dates: [] },
    'approved, no end of its support is known any more, -',
  ],
  ['deprecated by a curator early', '2026-07-01', byCurator, undefined],
  ['deprecated by a curator, near the end', '2026-09-01', byCurator, `deprecated, ${ends}, 2026-09-15`],
  [
    'deprecated by a curator, day come',
    '2026-09-15',
    byCurator,
    'retired, a curator set 15 Sep 2026 as its last day, -',
  ],
  ['retired already', '2030-01-01', { state: 'retired' }, undefined],
  ['staged', '2030-01-01', { state: 'staged' }, undefined],
];

for (const [what, now, change, expected] of cases) {
  test(`${what}: ${expected ?? 'nothing'}`, () => {
    const outcome = review({ ...image, ...change }, policy, new Date(`${now}T00:00:00Z`));
    const retires = outcome?.retiresAt?.toISOString().slice(0, 10) ?? '-';
    assert.equal(outcome && `${outcome.state}, ${outcome.reason}, ${retires}`, expected);
  });
}
