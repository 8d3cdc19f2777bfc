import { createHmac } from 'node:crypto';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { settleFact } from '#platform/database/fact-store.ts';

/**
 * Every machine on one database has the same master key: tokens of one would be refused by the next, and secrets that one
 * sealed could not be opened. Throws `conflict` where this one has another.
 */
export async function checkMasterKey(db: Database, masterKey: Uint8Array): Promise<void> {
  const fingerprint = createHmac('sha256', masterKey).update('the master key of this database').digest('hex');
  if ((await settleFact(db, 'master-key', fingerprint)) === fingerprint) return;
  throw new AppError(
    'conflict',
    'cannot use the database: it belongs to another master key; set ASSAY_MASTER_KEY to that of the machines that use it, ' +
      'or to the contents of the file master-key in the data folder of the first',
  );
}
