import type { Migration } from '#platform/database/migrations.ts';
import { migration as scheduleRuns } from './0001-schedule-runs.ts';

export const queueMigrations: readonly Migration[] = [scheduleRuns];
