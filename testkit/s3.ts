import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './assay.ts';
import { findPeer } from './peers.ts';
import { temporaryFolder } from './temporary.ts';

export interface TestS3 extends AsyncDisposable {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where buckets are folders and objects are files. */
  readonly folder: string;
  createBucket(name: string): Promise<void>;
}

const START_MS = 30_000;

/** A real S3 server (versitygw) over a throw-away folder. Only where `withoutPeers('versitygw')` said false. */
export async function startS3(): Promise<TestS3> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const credentials = { accessKeyId: 'test', secretAccessKey: randomBytes(12).toString('hex') };
  const { accessKeyId: access, secretAccessKey: secret } = credentials;
  const server = spawn(
    findPeer('versitygw') ?? 'versitygw',
    ['--quiet', '--access', access, '--secret', secret, '--port', `127.0.0.1:${port}`, 'posix', folder.path],
    { stdio: 'ignore' },
  );
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await untilOpen(port);
  return {
    endpoint,
    credentials,
    folder: folder.path,
    async createBucket(name) {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      process.off('exit', kill);
      const ended = once(server, 'exit');
      if (server.exitCode === null && server.kill('SIGKILL')) await ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The file of an object, for tests that look behind the server. */
export function objectFile({ folder }: TestS3, bucket: string, key: string): string {
  return join(folder, bucket, key);
}

async function untilOpen(port: number): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
}
