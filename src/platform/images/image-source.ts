import type { ImageConfig } from '#formats/oci/image-config.ts';
import type { Problem } from '#model/problem.ts';

/** A layer as its image names it; `open` may be called again. */
export interface SourceLayer {
  /** The digest of the bytes as they are kept; null in archives that do not say. */
  readonly digest: string | null;
  readonly diffId: string | null;
  open(): AsyncIterable<Uint8Array>;
}

/** One platform's image. */
export interface SourceImage {
  /** Of the manifest or, in archives without manifests, of the configuration. */
  readonly digest: string;
  readonly mediaType: string;
  readonly platform: string;
  readonly config: ImageConfig | null;
  readonly layers: readonly SourceLayer[];
  /** What is missing or damaged in this image's own metadata. */
  readonly problems: readonly Problem[];
}

/** Where images are read from: an archive, a layout folder, a registry. */
export interface ImageSource extends AsyncDisposable {
  readonly target: string;
  readonly images: readonly SourceImage[];
}

/** Files by path, as an archive or a folder holds them. */
export interface FileSet extends AsyncDisposable {
  /** Whole, up to `maxBytes`; undefined when it is not there. Throws `limit-reached`. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  has(path: string): boolean;
  /** In the order in which they lie there; empty where nobody has to search. */
  names(): Iterable<string>;
  open(path: string): AsyncIterable<Uint8Array>;
  /** What was damaged in the container itself. */
  readonly problems: readonly Problem[];
}
