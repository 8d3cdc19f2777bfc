import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { databaseMigrations } from '#platform/database/migrations/index.ts';
import { testDatabase } from '#testkit/database.ts';
import { checkMasterKey } from './check-master-key.ts';

const db = await testDatabase(databaseMigrations);
after(() => db.destroy());

test('the first master key is the one that every machine must have', async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  await checkMasterKey(db, first);
  await checkMasterKey(db, first);
  await assert.rejects(checkMasterKey(db, second), { code: 'conflict', message: /set ASSAY_MASTER_KEY/ });
});
