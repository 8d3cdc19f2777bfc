import { createHash } from 'node:crypto';
import { createTarReader, decompress } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { Cataloger, DatabaseCataloger, FileCataloger } from './cataloger.ts';
import { distributionFiles } from './distribution.ts';
import { type FileExaminer, LayerCollector } from './layer-collector.ts';
import type { LayerFacts } from './layer-facts.ts';

/** Bounds of one layer; each is named in the problem when it is hit. */
export interface LayerLimits {
  /** Of decompressed bytes. */
  readonly maxLayerBytes: number;
  readonly maxEntries: number;
  /** Decompressed bytes per compressed byte, once 64 MiB have come out. */
  readonly maxRatio: number;
  readonly maxExaminedBytes: number;
  readonly timeoutMs: number;
}

export const layerLimits: LayerLimits = {
  maxLayerBytes: 20 * 1024 ** 3,
  maxEntries: 2_000_000,
  maxRatio: 1_000,
  maxExaminedBytes: 256 * 1024 ** 2,
  timeoutMs: 15 * 60_000,
};

export interface LayerSource {
  /** As the manifest and the image configuration say; null when there is nothing to compare with. */
  readonly digest: string | null;
  readonly diffId: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const RATIO_COUNTS_FROM = 64 * 1024 ** 2;

/** What a layer was read by: facts of other versions are not used. */
export function versionsOf(catalogers: readonly Cataloger[], examiner?: FileExaminer): Record<string, number | string> {
  const versions = catalogers.map((cataloger): [string, number | string] => [cataloger.id, cataloger.version]);
  return Object.fromEntries(examiner ? [...versions, ['malware', examiner.version]] : versions);
}

function algorithmOf(digest: string | null): string {
  return digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/**
 * One pass over a layer, whatever the number of catalogers: decompressed, hashed, walked; nothing is written to disk.
 * Damage and limits are problems of the result; only a failing source throws.
 */
export async function readLayer(
  deps: {
    readonly catalogers: readonly Cataloger[];
    readonly examiner?: FileExaminer | undefined;
    readonly limits?: Partial<LayerLimits>;
  },
  source: LayerSource,
): Promise<LayerFacts> {
  const limits = { ...layerLimits, ...deps.limits };
  const collector = new LayerCollector({
    fileCatalogers: deps.catalogers.filter((each): each is FileCataloger => each.kind === 'file'),
    databaseCatalogers: deps.catalogers.filter((each): each is DatabaseCataloger => each.kind === 'database'),
    keeps: new Set(distributionFiles),
    examiner: deps.examiner,
    maxExaminedBytes: limits.maxExaminedBytes,
  });
  const tar = createTarReader(collector);
  const compressed = createHash(algorithmOf(source.digest));
  const plain = createHash(algorithmOf(source.diffId));
  const deadline = performance.now() + limits.timeoutMs;
  let sizeBytes = 0;
  let compressedBytes = 0;

  function checkLimits(): void {
    const refuse = (what: string) => {
      throw new AppError('limit-reached', `the layer was not read to its end: ${what}`);
    };
    if (sizeBytes > limits.maxLayerBytes) refuse(`its content exceeds the limit of ${limits.maxLayerBytes} bytes`);
    if (sizeBytes > RATIO_COUNTS_FROM && sizeBytes > compressedBytes * limits.maxRatio)
      refuse(`it unpacks to more than ${limits.maxRatio} times its size`);
    if (collector.hashes.length > limits.maxEntries) refuse(`it has more than ${limits.maxEntries} files`);
    if (performance.now() > deadline) refuse(`it took longer than ${limits.timeoutMs / 1000} s`);
  }

  try {
    const end = await decompress(source.bytes, {
      onCompressed(bytes) {
        compressedBytes += bytes.length;
        compressed.update(bytes);
      },
      async onBytes(bytes) {
        sizeBytes += bytes.length;
        plain.update(bytes);
        tar.push(bytes);
        checkLimits();
        for (const read of collector.pending.splice(0)) await read();
      },
    });
    tar.finish();
    if (end.damage !== null)
      collector.problem(
        'layer-damaged',
        `the layer was read only as far as it could be decompressed: ${end.damage}`,
        '',
      );
    if (end.trailingBytes > 0)
      collector.problem('trailing-data', `${end.trailingBytes} bytes follow the end of the compressed stream`, '');
    checkDigests();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'limit-reached') throw error;
    collector.problem('layer-too-large', error.message, '');
  }

  function checkDigests(): void {
    const digest = `${algorithmOf(source.digest)}:${compressed.digest('hex')}`;
    if (source.digest !== null && source.digest !== digest) {
      collector.problem('digest-mismatch', `the layer's bytes have digest ${digest}, not ${source.digest}`, '');
    }
  }

  const diffId = `${algorithmOf(source.diffId)}:${plain.digest('hex')}`;
  const wasReadWhole = !collector.problems.some((problem) =>
    ['layer-damaged', 'layer-too-large'].includes(problem.code),
  );
  if (wasReadWhole && source.diffId !== null && source.diffId !== diffId) {
    collector.problem('digest-mismatch', `the layer's content has diff ID ${diffId}, not ${source.diffId}`, '');
  }
  const layer = source.diffId ?? diffId;
  const files = collector.hashes.map(({ path, sha256 }) => ({ path, sha256, layer }));
  const problems = [
    ...collector.problems.map((problem) => ({ ...problem, layer })),
    ...(deps.examiner?.problems(files) ?? []),
  ];
  return {
    diffId: layer,
    sizeBytes,
    catalogers: versionsOf(deps.catalogers, deps.examiner),
    packages: [...collector.packages].map(([cataloger, packages]) => ({ cataloger, packages })),
    databaseFiles: collector.databaseFiles,
    hashes: collector.hashes,
    symlinks: collector.symlinks,
    hardlinks: collector.hardlinks,
    directories: collector.directories,
    whiteouts: collector.whiteouts,
    opaque: collector.opaque,
    problems,
  };
}
