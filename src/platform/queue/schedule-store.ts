import type { ScheduleRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';

type Tables = {
  queue_schedule_run: {
    name: string;
    title: string;
    cron: string;
    last_started_at: Date | null;
    last_finished_at: Date | null;
    last_result: string | null;
  };
};

export async function writeSchedules(
  db: Database,
  schedules: readonly { readonly name: string; readonly title: string; readonly cron: string }[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const t = trx.withTables<Tables>();
    const names = schedules.map(({ name }) => name);
    await t
      .deleteFrom('queue_schedule_run')
      .where('name', 'not in', ['', ...names])
      .execute();
    for (const { name, title, cron } of schedules) {
      await t
        .insertInto('queue_schedule_run')
        .values({ name, title, cron, last_started_at: null, last_finished_at: null, last_result: null })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ title, cron }))
        .execute();
    }
  });
}

export async function recordStart(db: Database, name: string, at: Date): Promise<void> {
  await db
    .withTables<Tables>()
    .updateTable('queue_schedule_run')
    .set({ last_started_at: at, last_finished_at: null, last_result: null })
    .where('name', '=', name)
    .execute();
}

export async function recordFinish(db: Database, name: string, at: Date, result: string): Promise<void> {
  await db
    .withTables<Tables>()
    .updateTable('queue_schedule_run')
    .set({ last_finished_at: at, last_result: result })
    .where('name', '=', name)
    .execute();
}

export async function listRuns(db: Database): Promise<Omit<ScheduleRow, 'nextAt'>[]> {
  const rows = await db.withTables<Tables>().selectFrom('queue_schedule_run').selectAll().orderBy('name').execute();
  return rows.map(({ name, title, cron, last_started_at: startedAt, last_finished_at: finishedAt, last_result }) => ({
    name,
    title,
    cron,
    lastStartedAt: startedAt?.toISOString() ?? null,
    lastFinishedAt: finishedAt?.toISOString() ?? null,
    lastResult: last_result,
    lastDurationMs: startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
  }));
}
