import type { Migration } from '#platform/database/migrations.ts';
import { migration as signing } from './0601-signing.ts';

export const signingMigrations: readonly Migration[] = [signing];
