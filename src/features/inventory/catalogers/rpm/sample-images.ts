import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** For tests: the files of an image archive's layers that a cataloger wants, later layers over earlier ones. */
export function readImageFiles(archive: string, wants: (path: string) => boolean): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const blob of tarFiles(readFileSync(archive))) {
    const isGzip = blob.bytes[0] === 0x1f && blob.bytes[1] === 0x8b;
    const bytes = isGzip ? gunzipSync(blob.bytes) : blob.bytes;
    if (!isGzip && !blob.path.endsWith('.tar')) continue;
    for (const file of tarFiles(bytes)) if (wants(file.path)) files[file.path] = file.bytes;
  }
  return files;
}

function* tarFiles(tar: Buffer): Iterable<{ path: string; bytes: Buffer }> {
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const sizeBytes = Number.parseInt(text(124, 12), 8) || 0;
    const prefix = text(345, 155);
    const path = (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^\.?\//, '');
    if (text(156, 1) === '0' || text(156, 1) === '') {
      yield { path, bytes: tar.subarray(at + 512, at + 512 + sizeBytes) };
    }
    at += 512 + Math.ceil(sizeBytes / 512) * 512;
  }
}
