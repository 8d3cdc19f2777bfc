import type { Distribution } from '#model/package.ts';

/** A file that a cataloger asked for, inside one layer. `path` has no leading slash. */
export interface LayerFile {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
}

/** A file as the running container would see it, after all layers lie on top of each other; `layer` is a diff ID. */
export interface TreeFile extends LayerFile {
  readonly layer: string;
}

/** The coalesced files that database catalogers asked for. Symbolic links are followed, hard links resolved. */
export interface FileTree {
  find(path: string): TreeFile | undefined;
  /** Files whose path starts with the prefix, in path order. */
  list(prefix: string): Iterable<TreeFile>;
  /** What lies directly in a folder that a cataloger has in `lists`, whether anybody wanted its bytes or not. */
  entries(folder: string): Iterable<FolderEntry>;
}

/** A file or folder by its name, and the last layer that wrote to it. */
export interface FolderEntry {
  readonly name: string;
  readonly layer: string;
}

/**
 * What a cataloger found. `ecosystem` is null for a distribution's packages: the inventory fills in the distribution's
 * (`Debian:12`). `purl` is complete and percent-encoded; distribution qualifiers are added by the cataloger.
 */
export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly ecosystem: string | null;
  readonly purl: string;
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  readonly module?: string;
  readonly licenses?: readonly string[];
  /** Who made it, where that is not the distribution in whose database it is: the distribution's advisories do not speak of it. */
  readonly maker?: string;
  /** Inside an archive the inner part follows "!": `app/app.jar!BOOT-INF/lib/log4j.jar`. */
  readonly path: string;
  /** Paths that this package's manager says it owns (no leading slash); for ownership, not stored. */
  readonly owns?: readonly string[];
}

/** Reports what could not be read; the scan goes on. `code` is one of model/problem.ts where content was left unread. */
export type ReportProblem = (problem: { code: string; message: string; path: string }) => void;

/** Reads one file at a time inside one layer, whatever lies in the other layers. */
export interface FileCataloger {
  readonly kind: 'file';
  readonly id: string;
  /** Raised when the cataloger would find something else: what it saw is read again. */
  readonly version: number;
  /** The largest file it reads; a larger one that it wants is a `file-too-large` problem. */
  readonly maxBytes: number;
  /** True when `wants` looks at nothing but the path: then layers without such a path need not be read for a new version. */
  readonly byPath?: true;
  /** True when it reads what somebody says about the content: where another cataloger found the same package, that one counts. */
  readonly secondhand?: true;
  /** Cheap: called for every regular file. `head` holds the first bytes (up to 16), for magic numbers. */
  wants(file: {
    readonly path: string;
    readonly mode: number;
    readonly sizeBytes: number;
    readonly head: Uint8Array;
  }): boolean;
  read(file: LayerFile, report: ReportProblem): FoundPackage[] | Promise<FoundPackage[]>;
}

/** Reads a package database after coalescing: the bytes it wants are kept per layer. */
export interface DatabaseCataloger {
  readonly kind: 'database';
  readonly id: string;
  readonly version: number;
  readonly maxBytes: number;
  /** The folders that hold what it wants; when one is a symbolic link, what it wants lies elsewhere under other names. */
  readonly folders: readonly string[];
  /** The folders whose entries it asks the tree for. */
  readonly lists?: readonly string[];
  /** The type of package URLs that it finds; of several distributions in one image, it is given the one that has such packages. */
  readonly packageType?: string;
  wants(path: string): boolean;
  read(
    tree: FileTree,
    distribution: Distribution | null,
    report: ReportProblem,
  ): FoundPackage[] | Promise<FoundPackage[]>;
}

export type Cataloger = FileCataloger | DatabaseCataloger;
