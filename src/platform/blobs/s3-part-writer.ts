import { randomUUID } from 'node:crypto';
import type { Database } from '#platform/database/database.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { saveUpload, saveUploadPart, type UploadPiece, type UploadRow } from './s3-upload-store.ts';
import { unknownUpload } from './unknown-upload.ts';

/** Held in memory twice at most: one is sent while the next is gathered. */
export const PART_BYTES = 8 * 1024 * 1024;
/** After so many parts they are larger, so that ten thousand of them hold 280 GB. Until then all are equal. */
const EQUAL_PARTS = 1_000;
const LARGE_PART_BYTES = 32 * 1024 * 1024;
/** So many small pieces are put together, so that an upload in tiny chunks stays a short list. */
const MOST_PIECES = 32;

export async function putPiece(bucket: S3Bucket, id: string, bytes: Uint8Array): Promise<UploadPiece> {
  const name = `uploads/${id}/${randomUUID()}`;
  await bucket.put(name, bytes);
  return { name, sizeBytes: bytes.length };
}

/** The object that the parts become. */
export function wholeKey(id: string): string {
  return `uploads/${id}/whole`;
}

/**
 * Adds bytes to an upload: full parts go into its multipart upload, the rest becomes a piece, an object of its own, which
 * the next writer reads when it can fill a part. After each step the database knows what there is.
 */
export class PartWriter {
  readonly #db: Database;
  readonly #bucket: S3Bucket;
  readonly #holder: string;
  #upload: UploadRow;
  #partCount: number;
  /** Parts that are stored or being sent; the one that is gathered comes after them. */
  #begunParts: number;
  /** Bytes in pieces that the part being gathered will begin with. */
  #pieceBytes: number;
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(
    { db, bucket }: { readonly db: Database; readonly bucket: S3Bucket },
    { upload, holder }: { readonly upload: UploadRow; readonly holder: string },
    partCount: number,
  ) {
    this.#db = db;
    this.#bucket = bucket;
    this.#holder = holder;
    this.#upload = upload;
    this.#partCount = partCount;
    this.#begunParts = partCount;
    this.#pieceBytes = pieceBytes(upload);
  }

  /** What is stored and written down. */
  get sizeBytes(): number {
    return this.#upload.sizeBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      const room = partBytes(this.#begunParts) - this.#pieceBytes - this.#chunkBytes;
      const taken = rest.subarray(0, room);
      this.#chunks.push(taken);
      this.#chunkBytes += taken.length;
      rest = rest.subarray(taken.length);
      if (taken.length === room) await this.#sendPart();
    }
  }

  /** Keeps what fills no part as a piece. */
  async end(): Promise<void> {
    await this.#sending;
    if (this.#chunkBytes === 0) return;
    const isCrowded = this.#upload.pieces.length >= MOST_PIECES;
    const before = isCrowded ? await this.#readPieces() : [];
    const bytes = Buffer.concat([...before, ...this.#takeChunks()]);
    const piece = await putPiece(this.#bucket, this.#upload.id, bytes);
    const kept = isCrowded ? [] : this.#upload.pieces;
    const added = bytes.length - (isCrowded ? pieceBytes(this.#upload) : 0);
    const merged = isCrowded ? this.#upload.pieces : [];
    await this.#save({ ...this.#upload, pieces: [...kept, piece], sizeBytes: this.#upload.sizeBytes + added });
    await this.#remove(merged);
  }

  /** Makes a part of the pieces, however small. */
  async fillLastPart(): Promise<void> {
    if (this.#upload.pieces.length > 0) await this.#putPart([]);
  }

  async #sendPart(): Promise<void> {
    await this.#sending;
    const chunks = this.#takeChunks();
    this.#begunParts += 1;
    this.#pieceBytes = 0;
    this.#sending = this.#putPart(chunks);
    // Whoever awaits it hears of a failure; until then nobody does.
    this.#sending.catch(() => undefined);
  }

  async #putPart(chunks: readonly Uint8Array[]): Promise<void> {
    const { id } = this.#upload;
    const key = wholeKey(id);
    const bytes = Buffer.concat([...(await this.#readPieces()), ...chunks]);
    if (this.#upload.multipartId === null) {
      await this.#save({ ...this.#upload, multipartId: await this.#bucket.startMultipart(key, 'sent') });
    }
    const part = await this.#bucket.putPart(key, this.#upload.multipartId ?? '', this.#partCount + 1, bytes);
    const added = bytes.length - pieceBytes(this.#upload);
    const row = { ...this.#upload, pieces: [], sizeBytes: this.#upload.sizeBytes + added };
    if (!(await saveUploadPart(this.#db, row, part, this.#holder))) throw unknownUpload();
    const { pieces } = this.#upload;
    this.#upload = row;
    this.#partCount += 1;
    await this.#remove(pieces);
  }

  async #save(row: UploadRow): Promise<void> {
    if (!(await saveUpload(this.#db, row, this.#holder))) throw unknownUpload();
    this.#upload = row;
  }

  /** Best effort: what stays behind is swept. */
  async #remove(pieces: readonly UploadPiece[]): Promise<void> {
    await Promise.allSettled(pieces.map(({ name }) => this.#bucket.remove(name)));
  }

  #takeChunks(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#chunkBytes = 0;
    return chunks;
  }

  #readPieces(): Promise<Buffer[]> {
    return Promise.all(this.#upload.pieces.map(({ name }) => this.#bucket.read(name)));
  }
}

function partBytes(partCount: number): number {
  return partCount < EQUAL_PARTS ? PART_BYTES : LARGE_PART_BYTES;
}

function pieceBytes({ pieces }: UploadRow): number {
  let sum = 0;
  for (const { sizeBytes } of pieces) sum += sizeBytes;
  return sum;
}
