import type { Migration } from '#platform/database/migrations.ts';
import { migration as reports } from './0501-reports.ts';

export const reportsMigrations: readonly Migration[] = [reports];
