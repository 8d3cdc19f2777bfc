import type { Migration } from '#platform/database/migrations.ts';
import { migration as registry } from './0101-registry.ts';
import { migration as namespaceRules } from './0106-namespace-rules.ts';
import { migration as usage } from './0107-usage.ts';
import { migration as deletedBlobs } from './0108-deleted-blobs.ts';
import { migration as garbage } from './0110-garbage.ts';
import { migration as scrub } from './0111-scrub.ts';
import { migration as garbageOfDeletions } from './0112-garbage-of-deletions.ts';
import { migration as changes } from './0113-changes.ts';

export const registryMigrations: readonly Migration[] = [
  registry,
  namespaceRules,
  usage,
  deletedBlobs,
  garbage,
  scrub,
  garbageOfDeletions,
  changes,
];
