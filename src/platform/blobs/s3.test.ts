import { describe } from 'node:test';
import { testDatabase } from '#testkit/database.ts';
import { withoutPeers } from '#testkit/peers.ts';
import { startS3 } from '#testkit/s3.ts';
import { blobStoreSuite } from './blob-store.suite.ts';
import { blobsMigrations } from './migrations/index.ts';
import { s3Blobs } from './s3.ts';

const skip = withoutPeers('versitygw');

describe('over a real S3 server', { skip }, () => {
  blobStoreSuite('s3', async () => {
    const s3 = await startS3();
    await s3.createBucket('images');
    const db = await testDatabase(blobsMigrations);
    const { endpoint, credentials } = s3;
    const options = {
      bucket: 'images',
      prefix: 'assay/',
      region: 'us-east-1',
      endpoint,
      pathStyle: true,
      credentials,
      db,
    };
    const [store, other] = [await s3Blobs(options), await s3Blobs(options)];
    return {
      store,
      other,
      async close() {
        store[Symbol.dispose]();
        other[Symbol.dispose]();
        await db.destroy();
        await s3[Symbol.asyncDispose]();
      },
    };
  });
});
