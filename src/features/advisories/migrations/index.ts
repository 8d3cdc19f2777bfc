import type { Migration } from '#platform/database/migrations.ts';
import { migration as advisories } from './0301-advisories.ts';

export const advisoriesMigrations: readonly Migration[] = [advisories];
