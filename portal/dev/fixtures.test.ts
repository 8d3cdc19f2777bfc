import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Me, TokenRow, UserRow } from '#model/api-access.ts';
import { EntryDetail, EntryRow } from '#model/api-entries.ts';
import { FindingRow, HistoryRow, ImageDetail, LayerRow, PackageRow } from '#model/api-images.ts';
import { IntakeDetail, IntakeRow } from '#model/api-intake.ts';
import { AdvisoryDetail, AdvisorySourceRow, AuditRow, JobRow, ScheduleRow } from '#model/api-work.ts';
import { entryDetail, entryRows } from './fixture-entries.ts';
import { findingRows, historyRows, imageDetail, layerRows, packageRows } from './fixture-images.ts';
import { intakeDetail, intakeRows } from './fixture-intake.ts';
import {
  advisoryDetail,
  auditRows,
  jobRows,
  meOf,
  scheduleRows,
  sourceRows,
  tokenRows,
  userRows,
} from './fixture-work.ts';

const now = new Date('2026-11-23T15:31:00Z');
const entries = entryRows(now);
const details = entries.map((row) => entryDetail(now, row));
const images = details.flatMap((detail) =>
  detail.tagRows.map((tag) => imageDetail(now, detail.repository, tag, undefined)),
);
const intakes = intakeRows(now);

const cases = [
  ['entries', EntryRow, entries],
  ['entry details', EntryDetail, details],
  ['images', ImageDetail, images],
  ['findings', FindingRow, findingRows(now)],
  ['packages', PackageRow, packageRows()],
  ['layers', LayerRow, layerRows()],
  ['history', HistoryRow, historyRows(now, 'golden/node')],
  ['intakes', IntakeRow, intakes],
  ['intake details', IntakeDetail, intakes.map((row) => intakeDetail(now, row))],
  ['jobs', JobRow, jobRows(now)],
  ['schedules', ScheduleRow, scheduleRows(now)],
  ['advisory sources', AdvisorySourceRow, sourceRows(now)],
  ['advisories', AdvisoryDetail, [advisoryDetail(now, 'CVE-2026-31415')]],
  ['tokens', TokenRow, tokenRows(now)],
  ['users', UserRow, userRows(now)],
  ['audit', AuditRow, auditRows(now)],
  ['people', Me, [meOf('administrator'), meOf('nobody')]],
] as const;

for (const [name, schema, values] of cases) {
  test(`the invented ${name} are what the API promises`, () => {
    assert.ok(values.length > 0);
    for (const value of values) assert.deepEqual(schema.parse(value), value);
  });
}
