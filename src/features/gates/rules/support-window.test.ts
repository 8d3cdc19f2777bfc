import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SupportDate, supportWindow as windowOf } from '#model/lifecycle.ts';
import { gateEvidence } from '#testkit/gate-evidence.ts';
import { supportWindow } from './support-window.ts';

const distribution = (endOfLife: string | null): SupportDate => ({
  source: 'distribution',
  subject: 'Alpine Linux 3.20',
  endOfLife,
});
const runtime = (endOfLife: string | null): SupportDate => ({ source: 'runtime', subject: 'Node.js 20', endOfLife });

type Case = readonly [what: string, dates: SupportDate[], options: object, outcome: string, reasons: string[]];
const unknown =
  'No end of support is known: the end-of-life data has neither the distribution nor a runtime of this image.';
const cases: readonly Case[] = [
  ['past its end', [distribution('2026-04-01')], {}, 'fail', ['Alpine Linux 3.20 ended on 1 Apr 2026.']],
  ['on the day of its end', [distribution('2026-11-23')], {}, 'fail', ['Alpine Linux 3.20 ended on 23 Nov 2026.']],
  [
    'a day before its end',
    [distribution('2026-11-24')],
    {},
    'pass',
    ['Alpine Linux 3.20 is supported until 24 Nov 2026.'],
  ],
  [
    'with both past',
    [distribution('2026-04-30'), runtime('2026-04-01')],
    {},
    'fail',
    ['Node.js 20 ended on 1 Apr 2026.', 'Alpine Linux 3.20 ended on 30 Apr 2026.'],
  ],
  [
    'past its end',
    [distribution('2026-04-01')],
    { pastEnd: 'open' },
    'open',
    ['Alpine Linux 3.20 ended on 1 Apr 2026.'],
  ],
  [
    'near its end',
    [distribution('2026-12-01')],
    { daysLeft: 30 },
    'fail',
    ['Alpine Linux 3.20 ends on 1 Dec 2026.', 'The rule asks for 30 days of support.'],
  ],
  [
    'whose owner set an end',
    [{ source: 'owner', subject: "its owner's support", endOfLife: '2027-01-01' }],
    {},
    'pass',
    ["Its owner's support ends on 1 Jan 2027."],
  ],
  ['without a known end', [], {}, 'pass', [unknown]],
  ['without a known end', [], { require: true }, 'fail', [unknown]],
  ['without an end', [distribution(null)], { require: true }, 'pass', ['Alpine Linux 3.20: no end of support is set.']],
];

for (const [what, dates, options, outcome, reasons] of cases) {
  test(`an image ${what} with ${JSON.stringify(options)}: ${outcome}`, () => {
    const judged = supportWindow.judge(gateEvidence({ window: windowOf(dates) }), supportWindow.Options.parse(options));
    assert.equal(judged.outcome, outcome);
    assert.deepEqual(judged.reasons, reasons);
    assert.equal(judged.remedy === null, outcome === 'pass');
  });
}
