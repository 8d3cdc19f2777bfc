import type { Migration } from '#platform/database/migrations.ts';
import { migration as outbox } from './1101-outbox.ts';

export const notificationsMigrations: readonly Migration[] = [outbox];
