import type { Migration } from '#platform/database/migrations.ts';
import { migration as lifecycle } from './0901-lifecycle.ts';
import { migration as changes } from './0902-changes.ts';

export const lifecycleMigrations: readonly Migration[] = [lifecycle, changes];
