import type { FileHandle } from 'node:fs/promises';

/** So much is gathered before it is written: a trip to the disk costs more than a chunk from the network is worth. */
const BATCH_BYTES = 1024 * 1024;

/**
 * Writes a stream to a file from `start` on, one batch while the next is gathered; `seen` is called with every chunk as
 * it arrives. Returns the position behind the last byte. When the stream fails, what came before is written.
 */
export async function writeStream(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  start: number,
  seen: (chunk: Uint8Array) => void,
): Promise<number> {
  let position = start;
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let writing: Promise<void> = Promise.resolve();

  async function writeBatch(): Promise<void> {
    await writing;
    writing = writeAll(file, batch, batchBytes, position);
    // Whoever awaits it hears of a failure; until then nobody does.
    writing.catch(() => undefined);
    position += batchBytes;
    batch = [];
    batchBytes = 0;
  }

  try {
    for await (const chunk of bytes) {
      seen(chunk);
      batch.push(chunk);
      batchBytes += chunk.length;
      if (batchBytes >= BATCH_BYTES) await writeBatch();
    }
  } finally {
    if (batchBytes > 0) await writeBatch();
    await writing;
  }
  return position;
}

async function writeAll(file: FileHandle, chunks: Uint8Array[], size: number, position: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === size) return;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  let written = 0;
  while (written < rest.length) {
    const next = await file.write(rest, written, rest.length - written, position + bytesWritten + written);
    written += next.bytesWritten;
  }
}
