import type { Problem } from '#model/problem.ts';

/** Looks at file contents while a layer is read, once per file digest. */
export interface FileExaminer {
  /** Changes when files must be looked at again. */
  readonly version: string;
  /** False when no file of this size has to be held in memory, whatever its digest. */
  mayNeed(sizeBytes: number): boolean;
  /** Called once for each file, with its whole digest. */
  needs(sha256: string, sizeBytes: number): boolean;
  examine(file: {
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly bytes: Uint8Array;
  }): Promise<void> | void;
  /** What it could not look at, of these files; a file that it needed and was never given is one of them. */
  problems(files: Iterable<{ readonly sha256: string; readonly path: string; readonly layer: string }>): Problem[];
}
