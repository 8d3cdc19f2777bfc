import type { Migration } from '#platform/database/migrations.ts';
import { migration as gates } from './0701-gates.ts';

export const gatesMigrations: readonly Migration[] = [gates];
