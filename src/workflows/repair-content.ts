import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  linkBlob,
  putBlobBytes,
  replaceRowContent,
  repositoriesHolding,
  type StoredRow,
} from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import type { RegistryClient } from '#platform/network/registry-client.ts';
import type { Work } from './work.ts';

/** A place that may have what is damaged here. What it gives is checked against the digest before it is used. */
export interface RepairSource {
  readonly name: string;
  /** Undefined when the place has no such thing. `repositories` are those that hold it here. */
  open(row: StoredRow, repositories: readonly string[]): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** Another store with the same blobs, such as a copy of the data folder. Manifests are not in it. */
export function storeSource(name: string, store: BlobStore): RepairSource {
  return {
    name,
    open: async (row) => (row.kind === 'manifest' ? undefined : store.open(row.digest)),
  };
}

/** A registry that has the same content; `repositoriesFor` says in which of its repositories ours may be. */
export function registrySource(
  name: string,
  client: RegistryClient,
  repositoriesFor: (repository: string) => readonly string[],
): RepairSource {
  return {
    name,
    async open(row, repositories) {
      for (const repository of new Set(repositories.flatMap(repositoriesFor))) {
        try {
          return await openAt(client, repository, row);
        } catch (error) {
          if (!(error instanceof AppError && /^(?:not-found|not-allowed)$/.test(error.code))) throw error;
        }
      }
      return undefined;
    },
  };
}

async function openAt(client: RegistryClient, repository: string, row: StoredRow): Promise<AsyncIterable<Uint8Array>> {
  if (row.kind !== 'manifest') return opened(client.openBlob(repository, { digest: row.digest, size: row.sizeBytes }));
  const { bytes } = await client.getManifest(repository, row.digest);
  return Readable.from([bytes]);
}

/** Asks for the first bytes, so that a registry that does not have them says so now. */
async function opened(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
}

export type Repair =
  | { readonly kind: 'mended'; readonly by: string }
  | { readonly kind: 'failed'; readonly reasons: readonly string[] };

/** Brings the right bytes of a row from the first source that has them. */
export async function repairContent(
  work: Pick<Work, 'db' | 'blobs'>,
  sources: readonly RepairSource[],
  row: StoredRow,
): Promise<Repair> {
  const repositories = await repositoriesHolding(work.db, row.digest);
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const bytes = await source.open(row, repositories);
      if (bytes) {
        await store(work, row, bytes);
        return { kind: 'mended', by: source.name };
      }
      reasons.push(`${source.name} does not have it`);
    } catch (error) {
      reasons.push(`${source.name}: ${messageOf(error)}`);
    }
  }
  return { kind: 'failed', reasons };
}

/** Puts a blob into a repository that misses it: linked if it is here, else from a source. Undefined when none has it. */
export async function repairMissed(
  work: Pick<Work, 'db' | 'blobs'>,
  sources: readonly RepairSource[],
  missed: { readonly repository: string; readonly digest: Digest; readonly sizeBytes: number },
): Promise<string | undefined> {
  const { repository, digest, sizeBytes } = missed;
  if (await linkBlob(work.db, repository, digest)) return 'the registry has it';
  const row: StoredRow = { digest, sizeBytes, kind: 'inline' };
  for (const source of sources) {
    try {
      const bytes = await source.open(row, [repository]);
      if (!bytes) continue;
      await putBlobBytes(work, repository, await checked(row, bytes), digest);
      return source.name;
    } catch {
      // Another source may have it; that it is missed is reported in any case.
    }
  }
  return undefined;
}

async function store(
  { db, blobs }: Pick<Work, 'db' | 'blobs'>,
  row: StoredRow,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (row.kind !== 'stored') return replaceRowContent(db, row, await checked(row, bytes));
  const upload = await blobs.startUpload('');
  try {
    await blobs.appendUpload(upload, Readable.from(bytes), 0);
    await blobs.finishUpload(upload, row.digest);
  } catch (error) {
    await blobs.cancelUpload(upload).catch(() => undefined);
    throw error;
  }
}

const ROW_BYTES = 8 * 1024 * 1024;

async function checked({ digest }: StoredRow, bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > ROW_BYTES) throw new AppError('too-large', `cannot use ${digest}: it exceeds ${ROW_BYTES} bytes`);
    chunks.push(chunk);
  }
  const content = Buffer.concat(chunks);
  const [algorithm = ''] = digest.split(':');
  const found = `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
  if (found === digest) return content;
  throw new AppError('DIGEST_INVALID', `cannot use ${digest}: the bytes have digest ${found}`);
}
