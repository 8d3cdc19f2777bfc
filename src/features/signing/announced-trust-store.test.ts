import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { announceTrust, findAnnouncedTrust } from './announced-trust-store.ts';
import { signingMigrations } from './migrations/index.ts';

let db: Database;
before(async () => {
  db = await testDatabase(signingMigrations);
});
after(() => db.destroy());

test('the trust that was announced last is the one that is found', async () => {
  assert.equal(await findAnnouncedTrust(db), undefined);
  await announceTrust(db, { roots: ['one'], identities: [], developmentKey: true }, new Date());
  await announceTrust(db, { roots: ['two'], identities: ['x509.subject: CN=a'], developmentKey: false }, new Date());
  assert.deepEqual(await findAnnouncedTrust(db), {
    roots: ['two'],
    identities: ['x509.subject: CN=a'],
    developmentKey: false,
  });
});
