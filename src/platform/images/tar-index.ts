import type { FileHandle } from 'node:fs/promises';
import { type Extension, isZeroBlock, normalizePath, parseHeader, parsePax } from '#formats/layers/index.ts';
import type { Problem } from '#model/problem.ts';

/** Where the bytes of a file lie in the archive. */
export interface TarPlace {
  readonly offset: number;
  readonly sizeBytes: number;
}

const BLOCK = 512;
const MAX_ENTRIES = 200_000;
const MAX_EXTENSION_BYTES = 1024 * 1024;

/** Links inside old docker archives point from one layer's folder to another's file. */
export function linkedPath(path: string, target: string, isHard: boolean): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return normalizePath(isHard || target.startsWith('/') ? `/${target}` : `/${folder}${target}`);
}

const MAX_TRAILING_BYTES = 64 * 1024 * 1024;

/** Whether anything but zeros follows; archives are filled up with zeros to some size. */
async function hasContent(file: FileHandle, from: number, size: number): Promise<boolean> {
  const bytes = Buffer.alloc(1024 * 1024);
  const zeros = Buffer.alloc(bytes.length);
  for (let offset = from; offset < size; offset += bytes.length) {
    if (offset - from > MAX_TRAILING_BYTES) return true;
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    if (bytesRead === 0) break;
    if (!bytes.subarray(0, bytesRead).equals(zeros.subarray(0, bytesRead))) return true;
  }
  return false;
}

/**
 * The files of a plain tar archive by reading its headers only. Damage ends the reading with a problem; what came before
 * is kept, and a last file that is cut off keeps the bytes it has.
 */
export async function indexTar(file: FileHandle): Promise<{ places: Map<string, TarPlace>; problems: Problem[] }> {
  const places = new Map<string, TarPlace>();
  const links: [path: string, target: string][] = [];
  const problems: Problem[] = [];
  const block = Buffer.alloc(BLOCK);
  const { size } = await file.stat();
  let next: Extension = {};
  let offset = 0;
  const damaged = (message: string) => problems.push({ code: 'archive-damaged', message, path: null, layer: null });

  while (offset + BLOCK <= size) {
    await file.read(block, 0, BLOCK, offset);
    offset += BLOCK;
    if (isZeroBlock(block)) {
      if (await hasContent(file, offset, size))
        problems.push({
          code: 'trailing-data',
          message: 'there are bytes after the end of the archive, which other readers may take for files',
          path: null,
          layer: null,
        });
      break;
    }
    const raw = parseHeader(block);
    if (!raw) {
      damaged(`the archive is damaged at byte ${offset - BLOCK}: what follows was not read`);
      break;
    }
    const isExtension = 'xgLK'.includes(raw.type);
    const sizeBytes = isExtension ? raw.sizeBytes : (next.size ?? raw.sizeBytes);
    const available = Math.min(sizeBytes, size - offset);
    if (isExtension) {
      if (sizeBytes > MAX_EXTENSION_BYTES) {
        damaged(`an extended header of ${sizeBytes} bytes exceeds the limit of ${MAX_EXTENSION_BYTES}`);
        break;
      }
      const bytes = Buffer.alloc(available);
      await file.read(bytes, 0, available, offset);
      if (raw.type === 'x') next = { ...next, ...parsePax(bytes) };
      else if (raw.type === 'L') next = { ...next, path: bytes.toString('utf8').replace(/\0[\s\S]*$/, '') };
      else if (raw.type === 'K') next = { ...next, linkpath: bytes.toString('utf8').replace(/\0[\s\S]*$/, '') };
    } else {
      const path = normalizePath(next.path ?? raw.path);
      if ('07\0'.includes(raw.type)) places.set(path, { offset, sizeBytes: available });
      else if (raw.type === '1' || raw.type === '2')
        links.push([path, linkedPath(path, next.linkpath ?? raw.link, raw.type === '1')]);
      if (available < sizeBytes) damaged(`the archive ends in the middle of ${path}`);
      next = {};
    }
    if (places.size > MAX_ENTRIES) {
      damaged(`the archive holds more than ${MAX_ENTRIES} files: the rest was not read`);
      break;
    }
    offset += Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  for (const [path, target] of links) {
    const place = places.get(target);
    if (place) places.set(path, place);
  }
  return { places, problems };
}
