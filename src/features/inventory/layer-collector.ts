import type { TarHeader, TarVisitor } from '#formats/layers/index.ts';
import { messageOf } from '#kernel/errors.ts';
import type { DatabaseCataloger, FileCataloger, LayerFile } from './cataloger.ts';
import type { FileExaminer } from './file-examiner.ts';
import { FileContent } from './held-file.ts';
import type { FilePackages, LayerProblem } from './layer-facts.ts';
import { PathRegister } from './path-register.ts';

export interface CollectorOptions {
  readonly fileCatalogers: readonly FileCataloger[];
  readonly databaseCatalogers: readonly DatabaseCataloger[];
  /** Further files whose bytes are kept whatever the catalogers want. */
  readonly keeps: ReadonlySet<string>;
  /** The names under which a file is read; its path when absent. */
  readonly namesOf?: (path: string) => readonly string[];
  readonly examiner?: FileExaminer | undefined;
  /** The largest file that is held in memory for the examiner. */
  readonly maxExaminedBytes: number;
}

/** A file that somebody wants to look at after its last byte; awaited outside the tar reader's callbacks. */
export type PendingRead = () => Promise<void> | void;

const HEAD_BYTES = 16;
const MAX_KEPT_BYTES = 64 * 1024 ** 2;
const MAX_TOTAL_KEPT_BYTES = 640 * 1024 ** 2;
const MAX_PACKAGES = 500_000;
const MAX_PROBLEMS = 1_000;
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Marks of union file systems (`.wh..wh.aufs`, `.wh..wh.plnk`), which hide nothing. */
const MARK = '.wh..wh.';

/** Who reads a file under one of its names. */
interface Interest {
  readonly path: string;
  readonly readers: readonly FileCataloger[];
  readonly isKept: boolean;
}

interface OpenFile {
  readonly header: TarHeader;
  readonly interests: readonly Interest[];
  readonly content: FileContent;
}

/** The facts of one layer as they are gathered; complete when the archive is and `pending` is empty. */
export class LayerCollector implements TarVisitor {
  readonly paths = new PathRegister();
  readonly whiteouts: string[] = [];
  readonly opaque: string[] = [];
  readonly problems: LayerProblem[] = [];
  /** Reads that the last pushed bytes completed; whoever pushes runs them before pushing more. */
  readonly pending: PendingRead[] = [];
  readonly #options: CollectorOptions;
  readonly #databaseFiles = new Map<string, LayerFile>();
  readonly #packages = new Map<string, FilePackages>();
  readonly #read = new Set<string>();
  #keptBytes = 0;
  #packageCount = 0;
  #header: TarHeader | undefined;
  #file: OpenFile | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get databaseFiles(): LayerFile[] {
    return [...this.#databaseFiles.values()];
  }

  get packages(): FilePackages[] {
    return [...this.#packages.values()];
  }

  /** Whether a cataloger was given the file. */
  wasRead(cataloger: string, path: string): boolean {
    return this.#read.has(`${cataloger}\0${path}`);
  }

  problem(code: string, message: string, path: string, by?: string): void {
    const problem = { code, message, path: path || null, layer: null };
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(by === undefined ? problem : { ...problem, by });
    else if (this.problems.length === MAX_PROBLEMS)
      this.problems.push({ code: 'limit-reached', message: 'there are more problems', path: null, layer: null });
  }

  begin(header: TarHeader): void {
    const { path, kind } = header;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name.startsWith(WHITEOUT)) {
      if (name === OPAQUE) this.opaque.push(path.slice(0, Math.max(0, slash)));
      else if (!name.startsWith(MARK)) this.whiteouts.push(path.slice(0, slash + 1) + name.slice(WHITEOUT.length));
      return;
    }
    if (kind === 'hardlink' && header.linkTarget === path) {
      this.problem('ambiguous-entry', 'it is a hard link to itself', path);
      return;
    }
    const before = this.paths.add(path, kind, header.linkTarget);
    if (before !== undefined && !(before === 'directory' && kind === 'directory')) this.#replace(path, before, kind);
    if (kind === 'file') this.#header = header;
  }

  /** Of two entries for one path the later counts; what the earlier one brought is dropped once it was read. */
  #replace(path: string, before: string, kind: string): void {
    if (before !== kind) this.problem('ambiguous-entry', `it is in the archive twice, as ${before} and ${kind}`, path);
    this.pending.push(() => {
      this.#databaseFiles.delete(path);
      for (const cataloger of this.#options.fileCatalogers) this.#packages.delete(`${cataloger.id}\0${path}`);
    });
  }

  data(bytes: Uint8Array): void {
    if (this.#header) this.#file ??= this.#open(this.#header, bytes.subarray(0, HEAD_BYTES));
    this.#file?.content.add(bytes);
  }

  #open(header: TarHeader, head: Uint8Array): OpenFile {
    const { path, sizeBytes } = header;
    if (header.isSparse) this.problem('file-damaged', 'a sparse file was not read as it was written', path);
    const names = this.#options.namesOf?.(path) ?? [path];
    const interests = names
      .map((name) => this.#interestIn(name, header, head))
      .filter((interest) => interest.readers.length > 0 || interest.isKept);
    const { examiner, maxExaminedBytes } = this.#options;
    const mayBeExamined = sizeBytes <= maxExaminedBytes && examiner?.mayNeed(sizeBytes) === true;
    return { header, interests, content: new FileContent(sizeBytes, interests.length > 0 || mayBeExamined) };
  }

  #interestIn(path: string, { mode, sizeBytes }: TarHeader, head: Uint8Array): Interest {
    const { fileCatalogers, databaseCatalogers, keeps } = this.#options;
    const wanted = fileCatalogers.filter((cataloger) => cataloger.wants({ path, mode, sizeBytes, head }));
    const asDatabase = databaseCatalogers.filter((cataloger) => cataloger.wants(path));
    for (const { id, maxBytes } of [...wanted, ...asDatabase]) {
      if (sizeBytes <= maxBytes) continue;
      const message = `${id} did not read it: ${sizeBytes} bytes exceed the limit of ${maxBytes}`;
      this.problem('file-too-large', message, path, id);
    }
    const isKept =
      asDatabase.some(({ maxBytes }) => sizeBytes <= maxBytes) || (keeps.has(path) && sizeBytes <= MAX_KEPT_BYTES);
    return { path, readers: wanted.filter(({ maxBytes }) => sizeBytes <= maxBytes), isKept };
  }

  end(): void {
    const header = this.#header;
    if (!header) return;
    const { interests, content } = this.#file ?? this.#open(header, new Uint8Array());
    this.#header = undefined;
    this.#file = undefined;
    const { sha256, bytes } = content.end();
    const { path, mode, sizeBytes } = header;
    const before = this.paths.addDigest(path, sha256, sizeBytes);
    if (before !== undefined && before !== sha256)
      this.problem('ambiguous-entry', 'it is in the archive twice, with different content', path);
    for (const interest of bytes ? interests : []) {
      const file = { path: interest.path, mode, sizeBytes, bytes: bytes ?? new Uint8Array() };
      if (interest.isKept) this.#keep(file);
      for (const cataloger of interest.readers) this.#readLater(cataloger, file);
    }
    this.#examineLater(sha256, sizeBytes, bytes);
    if (bytes) this.pending.push(() => content.release());
  }

  #keep(file: LayerFile): void {
    this.#keptBytes += file.sizeBytes;
    if (this.#keptBytes > MAX_TOTAL_KEPT_BYTES) {
      this.problem('limit-reached', `the package databases exceed ${MAX_TOTAL_KEPT_BYTES} bytes`, file.path);
      return;
    }
    const kept = { ...file, bytes: new Uint8Array(file.bytes) };
    this.pending.push(() => void this.#databaseFiles.set(file.path, kept));
  }

  #examineLater(sha256: string, sizeBytes: number, bytes: Uint8Array | undefined): void {
    const { examiner } = this.#options;
    if (examiner?.needs(sha256, sizeBytes) && bytes)
      this.pending.push(() => examiner.examine({ sha256, sizeBytes, bytes }));
  }

  #readLater(cataloger: FileCataloger, file: LayerFile): void {
    const { id } = cataloger;
    this.#read.add(`${id}\0${file.path}`);
    this.pending.push(async () => {
      try {
        const packages = await cataloger.read(file, ({ code, message, path }) => this.problem(code, message, path, id));
        this.#packageCount += packages.length;
        if (packages.length === 0) return;
        if (this.#packageCount > MAX_PACKAGES) throw new Error(`the layer holds more than ${MAX_PACKAGES} packages`);
        this.#packages.set(`${id}\0${file.path}`, { cataloger: id, path: file.path, packages });
      } catch (error) {
        this.problem('scanner-failed', `${id} failed: ${messageOf(error)}`, file.path, id);
      }
    });
  }
}
