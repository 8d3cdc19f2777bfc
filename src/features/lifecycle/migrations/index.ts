import type { Migration } from '#platform/database/migrations.ts';
import { migration as lifecycle } from './0901-lifecycle.ts';

export const lifecycleMigrations: readonly Migration[] = [lifecycle];
