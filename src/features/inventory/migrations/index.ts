import type { Migration } from '#platform/database/migrations.ts';
import { migration as inventory } from './0201-inventory.ts';
import { migration as layerBlobs } from './0202-layer-blobs.ts';
import { migration as setCounts } from './0204-set-counts.ts';
import { migration as packageChanges } from './0205-package-changes.ts';

export const inventoryMigrations: readonly Migration[] = [inventory, layerBlobs, setCounts, packageChanges];
