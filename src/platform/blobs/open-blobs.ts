import { join } from 'node:path';
import type { Config } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import type { BlobRedirects, BlobStore } from './blob-store.ts';
import { diskBlobs } from './disk.ts';

export interface OpenBlobs extends AsyncDisposable {
  readonly blobs: BlobStore;
  /** Absent where clients get blobs from us. */
  readonly redirects: BlobRedirects | undefined;
}

type Settings = Pick<
  Config,
  'data' | 'blobs' | 's3Endpoint' | 's3Region' | 's3AccessKey' | 's3SecretKey' | 's3PathStyle' | 's3Redirect'
>;

/** The configured store. Throws one sentence that says what to do when it cannot be used. */
export async function openBlobs(config: Settings, db: Database): Promise<OpenBlobs> {
  const place = config.blobs;
  if (place.kind === 'disk') {
    const blobs = await diskBlobs(join(config.data, 'blobs'));
    return { blobs, redirects: undefined, [Symbol.asyncDispose]: async () => undefined };
  }
  // The SDK takes a quarter of a second to load: only where it is used.
  const { s3Blobs, s3Redirects } = await import('./s3.ts');
  const { s3Endpoint: endpoint, s3Region: region, s3AccessKey, s3SecretKey, s3Redirect } = config;
  const pathStyle = config.s3PathStyle ?? endpoint !== undefined;
  const isKeyed = s3AccessKey !== undefined && s3SecretKey !== undefined;
  const credentials = isKeyed ? { accessKeyId: s3AccessKey, secretAccessKey: s3SecretKey } : undefined;
  const options = { ...place, endpoint, region, pathStyle, credentials };
  const blobs = await s3Blobs({ ...options, db });
  const publicEndpoint = typeof s3Redirect === 'string' ? s3Redirect : endpoint;
  const redirects = s3Redirect === false ? undefined : s3Redirects({ ...options, endpoint: publicEndpoint });
  return { blobs, redirects, [Symbol.asyncDispose]: async () => blobs[Symbol.dispose]() };
}
