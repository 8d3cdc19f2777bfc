import type { Migration } from '#platform/database/migrations.ts';
import { migration as inventory } from './0201-inventory.ts';

export const inventoryMigrations: readonly Migration[] = [inventory];
