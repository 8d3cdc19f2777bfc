import type { Migration } from '#platform/database/migrations.ts';
import { migration as entries } from './0801-entries.ts';
import { migration as malware } from './0802-malware.ts';
import { migration as postures } from './0803-postures.ts';
import { migration as dueImages } from './0804-due-images.ts';

export const catalogMigrations: readonly Migration[] = [entries, malware, postures, dueImages];
