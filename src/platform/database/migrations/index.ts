import type { Migration } from '../migrations.ts';
import { migration as facts } from './0012-facts.ts';

export const databaseMigrations: readonly Migration[] = [facts];
