import type { Migration } from '#platform/database/migrations.ts';
import { migration as registry } from './0101-registry.ts';

export const registryMigrations: readonly Migration[] = [registry];
