import { createHash, type Hash, hash } from 'node:crypto';
import type { TarHeader, TarVisitor } from '#formats/layers/index.ts';
import type { Problem } from '#model/problem.ts';
import type { DatabaseCataloger, FileCataloger, FoundPackage, LayerFile } from './cataloger.ts';
import type { LayerFileHash } from './layer-facts.ts';

/** Looks at file contents while a layer is read, once per file digest. */
export interface FileExaminer {
  /** Changes when files must be looked at again. */
  readonly version: string;
  needs(sha256: string, sizeBytes: number): boolean;
  examine(file: {
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly bytes: Uint8Array;
  }): Promise<void> | void;
  /** What it could not look at, of these files; a file that it needed and was never given is one of them. */
  problems(files: Iterable<{ readonly sha256: string; readonly path: string; readonly layer: string }>): Problem[];
}

export interface CollectorOptions {
  readonly fileCatalogers: readonly FileCataloger[];
  readonly databaseCatalogers: readonly DatabaseCataloger[];
  /** Further files whose bytes are kept whatever the catalogers want. */
  readonly keeps: ReadonlySet<string>;
  readonly examiner?: FileExaminer | undefined;
  /** The largest file that is held in memory for the examiner. */
  readonly maxExaminedBytes: number;
}

/** A file that somebody wants to look at after its last byte; awaited outside the tar reader's callbacks. */
export type PendingRead = () => Promise<void> | void;

const HEAD_BYTES = 16;
const MAX_LISTED_BYTES = 1024 * 1024;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

interface OpenFile {
  readonly header: TarHeader;
  readonly head: Uint8Array;
  readonly readers: readonly FileCataloger[];
  readonly isDatabase: boolean;
  readonly keeps: boolean;
  readonly chunks: Uint8Array[];
  hash: Hash | undefined;
}

/** The facts of one layer as they are gathered; `problems`, `packages` and the rest are complete when the tar is. */
export class LayerCollector implements TarVisitor {
  readonly hashes: LayerFileHash[] = [];
  readonly symlinks: [string, string][] = [];
  readonly hardlinks: [string, string][] = [];
  readonly directories: string[] = [];
  readonly whiteouts: string[] = [];
  readonly opaque: string[] = [];
  readonly databaseFiles: LayerFile[] = [];
  readonly packages = new Map<string, FoundPackage[]>();
  readonly problems: Problem[] = [];
  /** Reads that the last pushed bytes completed; whoever pushes runs them before pushing more. */
  readonly pending: PendingRead[] = [];
  readonly #options: CollectorOptions;
  #file: OpenFile | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  problem(code: string, message: string, path: string): void {
    this.problems.push({ code, message, path: path || null, layer: null });
  }

  begin(header: TarHeader): void {
    const { path, kind } = header;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name.startsWith(WHITEOUT)) {
      if (name === OPAQUE) this.opaque.push(path.slice(0, Math.max(0, slash)));
      else this.whiteouts.push(path.slice(0, slash + 1) + name.slice(WHITEOUT.length));
      return;
    }
    if (kind === 'directory') this.directories.push(path);
    else if (kind === 'symlink') this.symlinks.push([path, header.linkTarget]);
    else if (kind === 'hardlink') this.hardlinks.push([path, header.linkTarget]);
    else if (kind === 'file') this.#begin(header);
  }

  #begin(header: TarHeader): void {
    if (header.isSparse) this.problem('file-damaged', 'a sparse file was not read', header.path);
    this.#file = {
      header,
      head: new Uint8Array(),
      readers: [],
      isDatabase: false,
      keeps: false,
      chunks: [],
      hash: undefined,
    };
  }

  #open(header: TarHeader, first: Uint8Array): OpenFile {
    const { path, mode, sizeBytes } = header;
    const head = first.subarray(0, HEAD_BYTES);
    const wanted = this.#options.fileCatalogers.filter((cataloger) => cataloger.wants({ path, mode, sizeBytes, head }));
    const wantedAsDatabase = this.#options.databaseCatalogers.filter((cataloger) => cataloger.wants(path));
    for (const cataloger of [...wanted, ...wantedAsDatabase].filter((each) => sizeBytes > each.maxBytes)) {
      this.problem(
        'file-too-large',
        `${cataloger.id} did not read it: ${sizeBytes} bytes exceed the limit of ${cataloger.maxBytes}`,
        path,
      );
    }
    const readers = wanted.filter((cataloger) => sizeBytes <= cataloger.maxBytes);
    const isListed = this.#options.keeps.has(path) && sizeBytes <= MAX_LISTED_BYTES;
    const isDatabase = isListed || wantedAsDatabase.some((cataloger) => sizeBytes <= cataloger.maxBytes);
    const { examiner, maxExaminedBytes } = this.#options;
    const keeps = readers.length > 0 || isDatabase || (examiner !== undefined && sizeBytes <= maxExaminedBytes);
    return { header, head, readers, isDatabase, keeps, chunks: [], hash: undefined };
  }

  data(bytes: Uint8Array): void {
    let file = this.#file;
    if (!file) return;
    if (file.head.length === 0) {
      file = this.#open(file.header, bytes);
      this.#file = file;
    }
    const isWhole = bytes.length === file.header.sizeBytes;
    if (!isWhole) {
      file.hash ??= createHash('sha256');
      file.hash.update(bytes);
    }
    if (file.keeps) file.chunks.push(isWhole ? bytes : bytes.slice());
    if (isWhole && !file.keeps) this.#addHash(file.header, hash('sha256', bytes));
  }

  #addHash({ path, sizeBytes }: TarHeader, sha256: string): void {
    this.hashes.push({ path, sha256, sizeBytes });
  }

  end(): void {
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    if (file.header.sizeBytes === 0) {
      const opened = this.#open(file.header, new Uint8Array());
      this.#finish({ ...opened, hash: undefined }, new Uint8Array());
      return;
    }
    if (!file.keeps) {
      if (file.hash) this.#finishUnkept(file, file.hash.digest('hex'));
      return;
    }
    const [first, ...rest] = file.chunks;
    this.#finish(file, rest.length === 0 && first ? first : Buffer.concat(file.chunks));
  }

  #finishUnkept({ header }: OpenFile, sha256: string): void {
    this.#addHash(header, sha256);
    this.#options.examiner?.needs(sha256, header.sizeBytes);
  }

  #finish(file: OpenFile, bytes: Uint8Array): void {
    const { header, readers, isDatabase } = file;
    const sha256 = file.hash?.digest('hex') ?? hash('sha256', bytes);
    this.#addHash(header, sha256);
    const { path, mode, sizeBytes } = header;
    if (isDatabase) this.databaseFiles.push({ path, mode, sizeBytes, bytes: bytes.slice() });
    for (const cataloger of readers) this.#read(cataloger, { path, mode, sizeBytes, bytes });
    this.#examine(sha256, sizeBytes, bytes);
  }

  #examine(sha256: string, sizeBytes: number, bytes: Uint8Array): void {
    const { examiner, maxExaminedBytes } = this.#options;
    if (!examiner?.needs(sha256, sizeBytes) || sizeBytes > maxExaminedBytes) return;
    this.pending.push(() => examiner.examine({ sha256, sizeBytes, bytes }));
  }

  #read(cataloger: FileCataloger, file: LayerFile): void {
    this.pending.push(async () => {
      try {
        const report = (problem: { code: string; message: string; path: string }) =>
          this.problem(problem.code, problem.message, problem.path);
        const found = await cataloger.read(file, report);
        if (found.length === 0) return;
        const known = this.packages.get(cataloger.id) ?? [];
        for (const item of found) known.push(item);
        this.packages.set(cataloger.id, known);
      } catch (error) {
        this.problem(
          'scanner-failed',
          `${cataloger.id} failed: ${error instanceof Error ? error.message : String(error)}`,
          file.path,
        );
      }
    });
  }
}
