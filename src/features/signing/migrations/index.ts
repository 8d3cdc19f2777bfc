import type { Migration } from '#platform/database/migrations.ts';
import { migration as signing } from './0601-signing.ts';
import { migration as announcedTrust } from './0602-announced-trust.ts';

export const signingMigrations: readonly Migration[] = [signing, announcedTrust];
