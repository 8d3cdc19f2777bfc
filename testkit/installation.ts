import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import { startAssay, type TestAssay, type TestAssayOptions } from './assay.ts';
import { startS3, type TestS3 } from './s3.ts';
import { temporaryFolder } from './temporary.ts';

/** What several servers share: a PostgreSQL of its own and a bucket. */
export interface Installation extends AsyncDisposable {
  readonly db: Database;
  readonly s3: TestS3;
  /** The settings that every machine of it has. */
  readonly env: Readonly<Record<string, string>>;
  startNode(options?: TestAssayOptions): Promise<TestAssay>;
}

export const BUCKET = 'images';
/** What stands before the servers; tokens are bound to it. */
export const PUBLIC_HOST = 'images.example.test';

/** Only where `withoutPeers('versitygw')` said false. */
export async function openInstallation(): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const s3 = stack.use(await startS3());
  await s3.createBucket(BUCKET);
  const folder = stack.use(await temporaryFolder());
  const postgres = await startEmbedded({ folder: join(folder.path, 'postgres'), settings: { max_connections: '400' } });
  const kill = () => process.kill(postgres.pid, 'SIGQUIT');
  process.once('exit', kill);
  stack.defer(async () => {
    process.off('exit', kill);
    await postgres.stop();
  });
  const open = () => openDatabase({ url: postgres.url, applicationName: 'test', poolSize: 2, allowExitOnIdle: true });
  const db = stack.adopt(open(), (opened) => opened.destroy());
  const env = {
    ASSAY_PUBLIC_URL: `http://${PUBLIC_HOST}`,
    ASSAY_DATABASE_URL: postgres.url,
    ASSAY_MASTER_KEY: randomBytes(32).toString('base64'),
    ASSAY_ADMIN_PASSWORD: 'correct-horse-battery-staple',
    ...s3Settings(s3, `s3://${BUCKET}/assay`),
  };
  const opened = stack.move();
  return {
    db,
    s3,
    env,
    startNode: (options = {}) => startAssay({ ...options, env: { ...env, ...options.env } }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export function s3Settings({ endpoint, credentials }: TestS3, place: string): Record<string, string> {
  return {
    ASSAY_BLOBS: place,
    ASSAY_S3_ENDPOINT: endpoint,
    ASSAY_S3_ACCESS_KEY: credentials.accessKeyId,
    ASSAY_S3_SECRET_KEY: credentials.secretAccessKey,
  };
}
