import type { Migration } from '#platform/database/migrations.ts';
import { migration as blobUploads } from './0011-blob-uploads.ts';

export const blobsMigrations: readonly Migration[] = [blobUploads];
