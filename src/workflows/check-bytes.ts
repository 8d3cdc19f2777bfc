import { createHash } from 'node:crypto';
import {
  correctBlobSize,
  findBlobByDigest,
  readRowContent,
  type ScrubFinding,
  type StoredRow,
} from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Work } from './work.ts';

export type CheckWork = Pick<Work, 'db' | 'blobs'> & {
  readonly signal: AbortSignal;
  /** Waits until so many bytes more may be read. */
  readonly pace: (bytes: number, signal: AbortSignal) => Promise<void>;
};

type Reading = { readonly digest: Digest; readonly sizeBytes: number } | undefined;

/** Whether the bytes of a row are there and are what their digest says. Damaged ones are set aside. */
export async function checkBytes(work: CheckWork, row: StoredRow): Promise<ScrubFinding | undefined> {
  const found = (kind: ScrubFinding['kind'], detail: string): ScrubFinding => {
    return { digest: row.digest, kind, repository: '', detail, sizeBytes: row.sizeBytes };
  };
  try {
    const reading = await read(work, row);
    if (reading?.digest === row.digest) return await checkSize(work, row, reading.sizeBytes, found);
    if (!reading) return (await isStillKnown(work, row)) ? found('missing', 'there are no bytes') : undefined;
    // Once more: what was read wrong may lie right.
    const again = await read(work, row);
    if (again?.digest === row.digest || !(await isStillKnown(work, row))) return undefined;
    if (row.kind === 'stored') await work.blobs.setAside(row.digest);
    const where = row.kind === 'stored' ? 'they were set aside' : 'they are in the database';
    return found('corrupt', `the bytes have digest ${again?.digest ?? reading.digest}; ${where}`);
  } catch (error) {
    work.signal.throwIfAborted();
    return found('unreadable', messageOf(error));
  }
}

async function checkSize(
  { db }: CheckWork,
  row: StoredRow,
  sizeBytes: number,
  found: (kind: ScrubFinding['kind'], detail: string) => ScrubFinding,
): Promise<ScrubFinding | undefined> {
  if (sizeBytes === row.sizeBytes) return undefined;
  if (row.kind !== 'manifest') await correctBlobSize(db, row.digest, sizeBytes);
  const finding = found('wrong-size', `the database said ${row.sizeBytes} bytes, and there are ${sizeBytes}`);
  return row.kind === 'manifest' ? finding : { ...finding, mendedBy: 'the size was corrected' };
}

/** Garbage may have been collected since the row was listed. */
async function isStillKnown({ db }: CheckWork, row: StoredRow): Promise<boolean> {
  if (row.kind !== 'stored') return (await readRowContent(db, row)) !== undefined;
  return (await findBlobByDigest(db, row.digest)) !== undefined;
}

async function read({ db, blobs, pace, signal }: CheckWork, row: StoredRow): Promise<Reading> {
  const [algorithm = 'sha256'] = row.digest.split(':');
  const hash = createHash(algorithm);
  let sizeBytes = 0;
  if (row.kind === 'stored') {
    const stream = await blobs.open(row.digest);
    if (!stream) return undefined;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      await pace(chunk.length, signal);
    }
  } else {
    const content = await readRowContent(db, row);
    if (!content) return undefined;
    hash.update(content);
    sizeBytes = content.length;
    await pace(sizeBytes, signal);
  }
  return { digest: `${algorithm}:${hash.digest('hex')}` as Digest, sizeBytes };
}
