import { accessMigrations } from '#features/access/index.ts';
import { advisoriesMigrations } from '#features/advisories/index.ts';
import { catalogMigrations } from '#features/catalog/index.ts';
import { gatesMigrations } from '#features/gates/index.ts';
import { inventoryMigrations } from '#features/inventory/index.ts';
import { lifecycleMigrations } from '#features/lifecycle/index.ts';
import { malwareMigrations } from '#features/malware/index.ts';
import { notificationsMigrations } from '#features/notifications/index.ts';
import { registryMigrations } from '#features/registry/index.ts';
import { reportsMigrations } from '#features/reports/index.ts';
import { signingMigrations } from '#features/signing/index.ts';
import { blobsMigrations } from '#platform/blobs/migrations/index.ts';
import { databaseMigrations } from '#platform/database/migrations/index.ts';
import type { Migration } from '#platform/database/migrations.ts';
import { queueMigrations } from '#platform/queue/migrations/index.ts';

/** Every feature's migrations, applied in the order of their names. */
export const migrations: readonly Migration[] = [
  ...queueMigrations,
  ...databaseMigrations,
  ...blobsMigrations,
  ...registryMigrations,
  ...inventoryMigrations,
  ...advisoriesMigrations,
  ...malwareMigrations,
  ...reportsMigrations,
  ...signingMigrations,
  ...gatesMigrations,
  ...catalogMigrations,
  ...lifecycleMigrations,
  ...accessMigrations,
  ...notificationsMigrations,
];
