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
const MAX_PATH_DEPTH = 256;
/** Sizes from here on do not fit into twelve octal digits. */
const MAX_OCTAL_SIZE = 8 ** 11;
const SPARSE_BLOCK_GOES_ON = 504;

export interface TarVisitor {
  /** Called for each entry; for a file `data` and `end` follow. */
  begin(header: TarHeader): void;
  /** A view that is valid only until whoever pushes the next bytes. */
  data(bytes: Uint8Array): void;
  end(): void;
  /** `layer-damaged`, `file-damaged`, `trailing-data`, or `ambiguous-entry` where two readers could differ. */
  problem(code: string, message: string, path: string): void;
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

type State = 'header' | 'file' | 'extension' | 'skip' | 'sparse' | 'ended' | 'broken';

/**
 * Reads a tar stream (ustar, pax, GNU long names and base-256 sizes) as it arrives, holding only headers. Built for layers:
 * where readers differ it follows the one that runtimes use (Go's archive/tar) and says so; damage ends the reading with a
 * problem and keeps what came before; bytes after the end of the archive are a problem.
 */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #block = Buffer.alloc(BLOCK);
  #filled = 0;
  #remaining = 0;
  #padding = 0;
  #state: State = 'header';
  #zeroBlocks = 0;
  #extensionType = '';
  #extensionBytes: Buffer[] = [];
  #next: Extension = {};
  #sawTrailing = false;
  #path = '';

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'broken') {
      if (this.#state === 'ended') {
        this.#takeTrailing(chunk, at);
        return;
      }
      if (this.#state !== 'sparse' && this.#remaining > 0) at = this.#takeContent(chunk, at);
      else if (this.#state !== 'sparse' && this.#padding > 0) {
        const skipped = Math.min(this.#padding, chunk.length - at);
        this.#padding -= skipped;
        at += skipped;
      } else at = this.#takeBlock(chunk, at);
    }
  }

  /** The archive's bytes are over: says what is missing. */
  finish(): void {
    if (this.#state === 'broken' || this.#state === 'ended') return;
    // A missing end mark after a whole entry is what some writers do; every reader accepts it.
    if (this.#remaining > 0 || this.#filled > 0) this.#breakOff('the archive ends in the middle of an entry');
  }

  #breakOff(message: string): void {
    this.#state = 'broken';
    this.#visitor.problem('layer-damaged', `${message}: the rest was not read`, this.#path);
  }

  #ambiguous(message: string, path: string): void {
    this.#visitor.problem('ambiguous-entry', message, path);
  }

  #takeBlock(chunk: Uint8Array, at: number): number {
    if (this.#filled === 0 && chunk.length - at >= BLOCK) {
      this.#interpret(chunk.subarray(at, at + BLOCK));
      return at + BLOCK;
    }
    const wanted = Math.min(BLOCK - this.#filled, chunk.length - at);
    this.#block.set(chunk.subarray(at, at + wanted), this.#filled);
    this.#filled += wanted;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#interpret(this.#block);
    }
    return at + wanted;
  }

  #interpret(block: Uint8Array): void {
    if (this.#state === 'sparse') {
      if (block[SPARSE_BLOCK_GOES_ON] !== 1) this.#state = this.#remaining > 0 ? 'file' : this.#endFile();
      return;
    }
    if (isZeroBlock(block)) {
      this.#zeroBlocks += 1;
      if (this.#zeroBlocks === 2) this.#state = 'ended';
      return;
    }
    if (this.#zeroBlocks === 1) this.#ambiguous('an entry follows a single empty block, where some readers stop', '');
    this.#zeroBlocks = 0;
    const raw = parseHeader(block);
    if (!raw) this.#breakOff('an entry header is damaged');
    else if ('xgLK'.includes(raw.type)) this.#beginExtension(raw);
    else this.#beginEntry(raw);
  }

  #setContent(sizeBytes: number): void {
    this.#remaining = sizeBytes;
    this.#padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
  }

  #beginExtension(raw: RawHeader): void {
    if (raw.sizeBytes > MAX_EXTENSION_BYTES) {
      this.#breakOff(`an extended header of ${raw.sizeBytes} bytes exceeds the limit of ${MAX_EXTENSION_BYTES}`);
      return;
    }
    this.#setContent(raw.sizeBytes);
    this.#extensionType = raw.type;
    this.#state = 'extension';
    if (raw.sizeBytes === 0) this.#endExtension();
  }

  #endExtension(): void {
    const bytes = Buffer.concat(this.#extensionBytes);
    this.#extensionBytes = [];
    this.#state = 'header';
    if (this.#extensionType === 'L' || this.#extensionType === 'K') {
      const end = bytes.indexOf(0);
      const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
      this.#next = { ...this.#next, ...(this.#extensionType === 'L' ? { path: text } : { linkpath: text }) };
      return;
    }
    const parsed = parsePax(bytes);
    if (!parsed) this.#breakOff('an extended header is malformed');
    else if (this.#extensionType === 'x') this.#next = { ...this.#next, ...parsed };
    else if (Object.keys(parsed).length > 0)
      this.#ambiguous('a global header names or sizes every file, which only some readers heed', '');
  }

  #beginEntry(raw: RawHeader): void {
    const extension = this.#next;
    this.#next = {};
    const written = extension.path ?? raw.path;
    this.#path = normalizePath(written);
    const kind = this.#kindOf(raw, written);
    const sizeBytes = this.#sizeOf(raw, extension, kind);
    this.#setContent(sizeBytes);
    const isTooLong =
      Math.max(written.length, extension.linkpath?.length ?? 0) > MAX_PATH_BYTES ||
      depthOf(this.#path) > MAX_PATH_DEPTH;
    if (kind === undefined || isTooLong) {
      const reason = isTooLong
        ? `its path exceeds the limit of ${MAX_PATH_BYTES} characters or ${MAX_PATH_DEPTH} folders`
        : `entries of type "${raw.type}" are not understood`;
      this.#visitor.problem('file-damaged', `the entry was not read: ${reason}`, this.#path.slice(0, 200));
      this.#state = sizeBytes > 0 ? 'skip' : 'header';
      return;
    }
    const link = extension.linkpath ?? raw.link;
    this.#visitor.begin({
      path: this.#path,
      kind,
      linkTarget: kind === 'hardlink' ? normalizePath(link) : link,
      sizeBytes: kind === 'file' ? sizeBytes : 0,
      mode: raw.mode & 0o7777,
      isSparse: raw.type === 'S' || extension.isSparse === true,
    });
    if (raw.hasSparseBlocks) this.#state = 'sparse';
    else if (kind !== 'file') this.#state = sizeBytes > 0 ? 'skip' : 'header';
    else this.#state = sizeBytes > 0 ? 'file' : this.#endFile();
  }

  #endFile(): State {
    this.#visitor.end();
    return 'header';
  }

  #kindOf(raw: RawHeader, written: string): TarHeader['kind'] | undefined {
    const kind = kinds[raw.type];
    if (kind !== 'file' || !written.endsWith('/')) return kind;
    // Old writers mark a directory by its name alone.
    if (raw.type === '\0') return 'directory';
    this.#ambiguous('a file has the name of a directory', this.#path);
    return kind;
  }

  #sizeOf(raw: RawHeader, extension: Extension, kind: TarHeader['kind'] | undefined): number {
    const sizeBytes = extension.size ?? raw.sizeBytes;
    if (extension.size !== undefined && extension.size !== raw.sizeBytes && extension.size < MAX_OCTAL_SIZE)
      this.#ambiguous('its two sizes contradict each other', this.#path);
    if (kind === 'file' || kind === undefined || sizeBytes === 0) return sizeBytes;
    this.#ambiguous('a link, directory or device has content, which some readers take for entries', this.#path);
    return 0;
  }

  #takeContent(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#remaining);
    this.#remaining -= part.length;
    if (this.#state === 'file') this.#visitor.data(part);
    else if (this.#state === 'extension') this.#extensionBytes.push(Buffer.from(part));
    if (this.#remaining === 0) {
      if (this.#state === 'extension') this.#endExtension();
      else this.#state = this.#state === 'file' ? this.#endFile() : 'header';
    }
    return at + part.length;
  }

  #takeTrailing(chunk: Uint8Array, at: number): void {
    if (this.#sawTrailing || !hasContent(chunk, at)) return;
    this.#sawTrailing = true;
    this.#visitor.problem(
      'trailing-data',
      'there are bytes after the end of the archive, which other readers may take for files',
      '',
    );
  }
}

function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1;
  return depth;
}

function hasContent(chunk: Uint8Array, from: number): boolean {
  for (let i = from; i < chunk.length; i += 1) if (chunk[i] !== 0) return true;
  return false;
}
