import { deserialize, serialize } from 'node:v8';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Problem } from '#model/problem.ts';
import type { FoundPackage, LayerFile } from './cataloger.ts';

/** What one cataloger found in one file of a layer. */
export interface FilePackages {
  readonly cataloger: string;
  readonly path: string;
  readonly packages: readonly FoundPackage[];
}

/** A regular file of the layer; `sha256` is bare hex. */
export interface LayerFileHash {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A problem with the cataloger that has it; reading again by that cataloger replaces it. */
export type LayerProblem = Problem & { readonly by?: string };

/**
 * Everything that a scan needs of a layer, so that the layer is read once in the life of its digest. Paths have no leading
 * slash. `catalogers` says by which versions it was read.
 */
export interface LayerFacts {
  /** Of what was read, whatever an image's configuration says. */
  readonly diffId: string;
  readonly sizeBytes: number;
  readonly catalogers: Readonly<Record<string, number | string>>;
  readonly packages: readonly FilePackages[];
  /** Files that database catalogers want, with their bytes. */
  readonly databaseFiles: readonly LayerFile[];
  readonly hashes: readonly LayerFileHash[];
  readonly symlinks: readonly (readonly [path: string, target: string])[];
  readonly hardlinks: readonly (readonly [path: string, target: string])[];
  readonly devices: readonly string[];
  readonly directories: readonly string[];
  /** Paths that this layer removes, and directories whose lower content it hides. */
  readonly whiteouts: readonly string[];
  readonly opaque: readonly string[];
  readonly problems: readonly LayerProblem[];
}

const MAX_FACTS_BYTES = 1024 * 1024 * 1024;

export function packFacts(facts: LayerFacts): Buffer {
  return zstdCompressSync(serialize(facts));
}

/** The opposite of `packFacts`; the bytes are our own. */
export function unpackFacts(bytes: Uint8Array): LayerFacts {
  return deserialize(zstdDecompressSync(bytes, { maxOutputLength: MAX_FACTS_BYTES })) as LayerFacts;
}
