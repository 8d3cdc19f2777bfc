import {
  type Extension,
  isZeroBlock,
  normalizePath,
  parseHeader,
  parsePax,
  type RawHeader,
  type TarHeader,
} from './tar-header.ts';

const BLOCK = 512;
const MAX_EXTENSION_BYTES = 1024 * 1024;
const MAX_PATH_BYTES = 4096;

export interface TarVisitor {
  /** Called for each entry; for a file `data` and `end` follow. */
  begin(header: TarHeader): void;
  /** A view that is valid only during the call. */
  data(bytes: Uint8Array): void;
  end(): void;
  /** What two readers could understand differently, or what is damaged. */
  problem(code: string, message: string, path: string): void;
}

export interface TarReader {
  push(chunk: Uint8Array): void;
  /** The archive's bytes are over: says what is missing. */
  finish(): void;
  /** True once the archive cannot be read further. */
  readonly isBroken: boolean;
}

const kinds: Readonly<Record<string, TarHeader['kind']>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'device',
};

/**
 * Reads a tar stream (ustar, pax, GNU long names and base-256 sizes) as it arrives, holding only headers. Built for layers:
 * damage ends the reading with a problem and keeps what came before; bytes after the end of the archive are a problem.
 */
export function createTarReader(visitor: TarVisitor): TarReader {
  const block = Buffer.alloc(BLOCK);
  let filled = 0;
  let remaining = 0;
  let padding = 0;
  let mode: 'header' | 'file' | 'extension' | 'skip' | 'ended' | 'broken' = 'header';
  let zeroBlocks = 0;
  let extensionType = '';
  let extensionBytes: Buffer[] = [];
  let next: Extension = {};
  let global: Extension = {};
  let sawTrailing = false;
  let path = '';

  function breakOff(message: string): void {
    mode = 'broken';
    visitor.problem('layer-damaged', message, path);
  }

  function takeExtension(): void {
    const bytes = Buffer.concat(extensionBytes);
    extensionBytes = [];
    if (extensionType === 'x' || extensionType === 'g') {
      const parsed = parsePax(bytes);
      if (!parsed) {
        breakOff('an extended header is malformed: the rest of the layer was not read');
        return;
      }
      if (extensionType === 'g') global = { ...global, ...parsed };
      else next = { ...next, ...parsed };
    } else {
      const text = bytes.toString('utf8').replace(/\0[\s\S]*$/, '');
      next = extensionType === 'L' ? { ...next, path: text } : { ...next, linkpath: text };
    }
    mode = 'header';
  }

  function beginExtension(raw: RawHeader): void {
    if (raw.sizeBytes > MAX_EXTENSION_BYTES) {
      breakOff(`an extended header of ${raw.sizeBytes} bytes exceeds the limit of ${MAX_EXTENSION_BYTES}`);
      return;
    }
    extensionType = raw.type;
    mode = 'extension';
    if (raw.sizeBytes === 0) takeExtension();
  }

  function beginEntry(raw: RawHeader): void {
    const extension = { ...global, ...next };
    next = {};
    const written = extension.path ?? raw.path;
    const link = extension.linkpath ?? raw.link;
    let kind = kinds[raw.type];
    if (kind === undefined) {
      visitor.problem(
        'file-damaged',
        `entries of type "${raw.type}" are not understood; its content was not read`,
        written,
      );
      kind = 'device';
    }
    // Old writers mark a directory by its name alone.
    if (kind === 'file' && written.endsWith('/')) kind = 'directory';
    path = normalizePath(written);
    if (path.length > MAX_PATH_BYTES) {
      breakOff(`a path of ${path.length} characters exceeds the limit of ${MAX_PATH_BYTES}`);
      return;
    }
    const sizeBytes = kind === 'file' ? remaining : 0;
    if (kind === 'hardlink' && remaining > 0) {
      visitor.problem('file-damaged', 'a hard link carries content, which readers understand differently', path);
    }
    visitor.begin({
      path,
      kind,
      linkTarget: kind === 'hardlink' ? normalizePath(link) : link,
      sizeBytes,
      mode: raw.mode & 0o7777,
      isSparse: raw.type === 'S' || extension.isSparse === true,
    });
    mode = kind === 'file' ? 'file' : 'skip';
    if (remaining > 0) return;
    if (mode === 'file') visitor.end();
    mode = 'header';
  }

  function takeHeader(header: Uint8Array): void {
    if (isZeroBlock(header)) {
      zeroBlocks += 1;
      if (zeroBlocks === 2) mode = 'ended';
      return;
    }
    zeroBlocks = 0;
    const raw = parseHeader(header);
    if (!raw) {
      breakOff('an entry header is damaged: the rest of the layer was not read');
      return;
    }
    const isExtension = 'xgLK'.includes(raw.type);
    remaining = isExtension ? raw.sizeBytes : (next.size ?? global.size ?? raw.sizeBytes);
    if ('123456'.includes(raw.type) && raw.type !== '1') remaining = 0;
    padding = (BLOCK - (remaining % BLOCK)) % BLOCK;
    if (isExtension) beginExtension(raw);
    else beginEntry(raw);
  }

  function takeContent(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + remaining);
    remaining -= part.length;
    if (mode === 'file') visitor.data(part);
    else if (mode === 'extension') extensionBytes.push(Buffer.from(part));
    if (remaining === 0) {
      if (mode === 'file') visitor.end();
      if (mode === 'extension') takeExtension();
      else if (mode !== 'broken') mode = 'header';
    }
    return at + part.length;
  }

  function takeTrailing(chunk: Uint8Array, at: number): void {
    if (sawTrailing) return;
    for (let i = at; i < chunk.length; i += 1) {
      if (chunk[i] === 0) continue;
      sawTrailing = true;
      visitor.problem(
        'trailing-data',
        'there are bytes after the end of the archive, which other readers may take for files',
        '',
      );
      return;
    }
  }

  return {
    get isBroken() {
      return mode === 'broken';
    },
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (mode === 'broken') return;
        if (mode === 'ended') return takeTrailing(chunk, at);
        if (remaining > 0) {
          at = takeContent(chunk, at);
          continue;
        }
        if (padding > 0) {
          const skipped = Math.min(padding, chunk.length - at);
          padding -= skipped;
          at += skipped;
          continue;
        }
        if (filled === 0 && chunk.length - at >= BLOCK) {
          takeHeader(chunk.subarray(at, at + BLOCK));
          at += BLOCK;
          continue;
        }
        const wanted = Math.min(BLOCK - filled, chunk.length - at);
        block.set(chunk.subarray(at, at + wanted), filled);
        filled += wanted;
        at += wanted;
        if (filled === BLOCK) {
          filled = 0;
          takeHeader(block);
        }
      }
    },
    finish() {
      if (mode === 'broken' || mode === 'ended') return;
      if (remaining > 0 || filled > 0) breakOff('the layer ends in the middle of an entry');
      // A missing end mark after a whole entry is what some writers do; every reader accepts it.
    },
  };
}
