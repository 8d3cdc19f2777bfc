import { AppError } from '#kernel/errors.ts';

/** Bounds of one layer; each is named in the problem when it is hit. */
export interface LayerLimits {
  /** Of decompressed bytes. */
  readonly maxLayerBytes: number;
  readonly maxEntries: number;
  /** Of the paths and link targets together. */
  readonly maxPathBytes: number;
  /** Decompressed bytes per compressed byte, once 64 MiB have come out. */
  readonly maxRatio: number;
  readonly maxExaminedBytes: number;
  readonly timeoutMs: number;
}

export const layerLimits: LayerLimits = {
  maxLayerBytes: 20 * 1024 ** 3,
  maxEntries: 2_000_000,
  maxPathBytes: 128 * 1024 ** 2,
  maxRatio: 1_000,
  maxExaminedBytes: 128 * 1024 ** 2,
  timeoutMs: 15 * 60_000,
};

/** How far the reading of a layer got. */
export interface LayerProgress {
  readonly sizeBytes: number;
  readonly compressedBytes: number;
  readonly entries: number;
  readonly pathBytes: number;
  readonly elapsedMs: number;
}

const RATIO_COUNTS_FROM = 64 * 1024 ** 2;

/** Throws `limit-reached` with the limit that was passed. */
export function checkLimits(limits: LayerLimits, progress: LayerProgress): void {
  const { sizeBytes, compressedBytes, entries, pathBytes, elapsedMs } = progress;
  const passed =
    (sizeBytes > limits.maxLayerBytes && `its content exceeds the limit of ${limits.maxLayerBytes} bytes`) ||
    (sizeBytes > RATIO_COUNTS_FROM &&
      sizeBytes > compressedBytes * limits.maxRatio &&
      `it unpacks to more than ${limits.maxRatio} times its size`) ||
    (entries > limits.maxEntries && `it has more than ${limits.maxEntries} entries`) ||
    (pathBytes > limits.maxPathBytes && `its paths exceed the limit of ${limits.maxPathBytes} bytes`) ||
    (elapsedMs > limits.timeoutMs && `it took longer than ${limits.timeoutMs / 1000} s`);
  if (passed) throw new AppError('limit-reached', `the layer was not read to its end: ${passed}`);
}
