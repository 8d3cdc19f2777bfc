import type { Migration } from '#platform/database/migrations.ts';
import { migration as entries } from './0801-entries.ts';

export const catalogMigrations: readonly Migration[] = [entries];
