import type { Migration } from '#platform/database/migrations.ts';
import { migration as principals } from './1001-principals.ts';
import { migration as audit } from './1002-audit.ts';
import { migration as changes } from './1003-changes.ts';

export const accessMigrations: readonly Migration[] = [principals, audit, changes];
