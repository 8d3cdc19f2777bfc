import type { PgBoss } from 'pg-boss';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { ScheduleRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import type { JobEnvelope, OpenQueue } from './pg-boss-queue.ts';
import type { JobDefinition } from './queue.ts';
import { listRuns, writeSchedules } from './schedule-store.ts';

/** Schedules what the definitions say, and nothing else. */
export async function scheduleAll(
  { boss, db }: { boss: PgBoss; db: Database },
  definitions: readonly JobDefinition[],
): Promise<void> {
  const wanted = definitions.flatMap((definition) =>
    definition.schedule ? [{ ...definition.schedule, name: definition.name, queueClass: definition.queueClass }] : [],
  );
  for (const { name, key } of await boss.getSchedules()) {
    const isWanted = wanted.some((schedule) => schedule.queueClass === name && schedule.name === key);
    if (!isWanted) await boss.unschedule(name, key);
  }
  for (const { name, queueClass, cron } of wanted) {
    const envelope: JobEnvelope = { workflow: name, input: {}, subject: '' };
    try {
      await boss.schedule(queueClass, cron, envelope, {
        key: name,
        singletonKey: `${name}:scheduled`,
        tz: 'UTC',
        missed: 'once',
      });
    } catch (cause) {
      throw new AppError('invalid-input', `cannot schedule ${name} at "${cron}": ${messageOf(cause)}`, { cause });
    }
  }
  await writeSchedules(db, wanted);
}

/** Every schedule with its last run and its next. */
export async function listSchedules(
  { queue, db }: { readonly queue: OpenQueue; readonly db: Database },
  now: Date,
): Promise<ScheduleRow[]> {
  return (await listRuns(db)).map((run) => ({
    ...run,
    nextAt: queue.boss.previewSchedule(run.cron, { from: now, count: 1 })[0]?.toISOString() ?? null,
  }));
}
