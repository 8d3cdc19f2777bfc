import { createHash, type Hash } from 'node:crypto';
import { type DecompressionEnd, decompress, sniffCompression, TarReader } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { Problem } from '#model/problem.ts';
import type { Cataloger, DatabaseCataloger, FileCataloger } from './cataloger.ts';
import { distributionFiles } from './distribution.ts';
import type { FileExaminer } from './file-examiner.ts';
import { wantedHardLinks } from './hard-links.ts';
import { type CollectorOptions, LayerCollector } from './layer-collector.ts';
import type { LayerFacts } from './layer-facts.ts';
import { checkLimits, type LayerLimits, layerLimits } from './layer-limits.ts';
import { createStreamHash } from './stream-hash.ts';

export interface LayerSource {
  /** As the manifest and the image configuration say; null when there is nothing to compare with. */
  readonly digest: string | null;
  readonly diffId: string | null;
  /** May be called again: what is damaged is read twice, and so is a layer whose hard links lead to package data. */
  open(): AsyncIterable<Uint8Array>;
}

export interface ReadDeps {
  readonly catalogers: readonly Cataloger[];
  readonly examiner?: FileExaminer | undefined;
  readonly limits?: Partial<LayerLimits> | undefined;
  /** Paths whose bytes are kept besides what the catalogers want. */
  readonly keeps?: ReadonlySet<string> | undefined;
}

export interface ReadLayer {
  readonly facts: LayerFacts;
  /** What is wrong with how the content was packed and named, rather than with the content. */
  readonly problems: readonly Problem[];
}

/** The examiner's name among the catalogers. */
export const EXAMINER = 'malware';

/** Of the facts themselves; raised when they say more about every layer than before. */
const FACTS_VERSION = 1;

/** What a layer was read by. */
export function versionsOf(catalogers: readonly Cataloger[], examiner?: FileExaminer): Record<string, number | string> {
  const versions = catalogers.map((cataloger): [string, number | string] => [cataloger.id, cataloger.version]);
  const all = [['facts', FACTS_VERSION], ...versions];
  return Object.fromEntries(examiner ? [...all, [EXAMINER, examiner.version]] : all);
}

/**
 * One pass over a layer, whatever the number of catalogers: decompressed, hashed, walked; nothing is written to disk.
 * Damage and limits are problems of the result; only a failing source throws.
 */
export async function readLayer(deps: ReadDeps, source: LayerSource): Promise<ReadLayer> {
  const limits = { ...layerLimits, ...deps.limits };
  const options: CollectorOptions = {
    fileCatalogers: deps.catalogers.filter((each): each is FileCataloger => each.kind === 'file'),
    databaseCatalogers: deps.catalogers.filter((each): each is DatabaseCataloger => each.kind === 'database'),
    keeps: new Set([...distributionFiles, ...(deps.keeps ?? [])]),
    examiner: deps.examiner,
    maxExaminedBytes: limits.maxExaminedBytes,
  };
  const collector = new LayerCollector(options);
  const walked = await walk(limits, source, collector);
  const linked = await readHardLinks(limits, source, options, collector);
  const { diffId } = walked;
  const hashes = collector.paths.files();
  const files = hashes.map(({ path, sha256 }) => ({ path, sha256, layer: diffId }));
  const examined = (deps.examiner?.problems(files) ?? []).map((problem) => ({ ...problem, by: EXAMINER }));
  const facts = {
    diffId,
    sizeBytes: walked.sizeBytes,
    catalogers: versionsOf(deps.catalogers, deps.examiner),
    packages: [...collector.packages, ...linked.packages],
    databaseFiles: [...collector.databaseFiles, ...linked.databaseFiles],
    hashes,
    symlinks: collector.paths.links('symlink'),
    hardlinks: collector.paths.links('hardlink'),
    devices: collector.paths.paths('device'),
    directories: collector.paths.paths('directory'),
    whiteouts: collector.whiteouts,
    opaque: collector.opaque,
    problems: [...collector.problems, ...linked.problems, ...examined],
  };
  return { facts, problems: sourceProblems(source, walked) };
}

interface Walked {
  readonly sizeBytes: number;
  readonly diffId: string;
  readonly digest: string;
  readonly end: DecompressionEnd | undefined;
  /** Why it was not read to its end. */
  readonly limit: string | undefined;
}

type Algorithm = 'sha256' | 'sha512';

function algorithmOf(digest: string | null): Algorithm {
  return digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The digest of the bytes as they are kept; undefined when nobody asks, or when the content's digest is the same. */
function packedHash({ digest, diffId }: LayerSource, head: Uint8Array): Hash | undefined {
  const isPlain = head.length >= 4 && sniffCompression(head) === 'none';
  const isSame = isPlain && algorithmOf(digest) === algorithmOf(diffId);
  return digest === null || isSame ? undefined : createHash(algorithmOf(digest));
}

async function walk(limits: LayerLimits, source: LayerSource, collector: LayerCollector): Promise<Walked> {
  const tar = new TarReader(collector);
  const plain = createStreamHash(algorithmOf(source.diffId));
  let packed: Hash | undefined;
  const startedAt = performance.now();
  let sizeBytes = 0;
  let compressedBytes = 0;
  let end: DecompressionEnd | undefined;
  let limit: string | undefined;
  try {
    end = await decompress(source.open, {
      onCompressed(bytes) {
        if (compressedBytes === 0) packed = packedHash(source, bytes);
        compressedBytes += bytes.length;
        packed?.update(bytes);
      },
      async onBytes(bytes) {
        sizeBytes += bytes.length;
        await plain.update(bytes);
        tar.push(bytes);
        const { entries, bytes: pathBytes } = collector.paths;
        const elapsedMs = performance.now() - startedAt;
        checkLimits(limits, { sizeBytes, compressedBytes, entries, pathBytes, elapsedMs });
        for (const read of collector.pending.splice(0)) await read();
      },
    });
    tar.finish();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'limit-reached') {
      await plain.end();
      throw error;
    }
    limit = error.message;
  }
  const diffId = await plain.end();
  const digest = packed ? `${algorithmOf(source.digest)}:${packed.digest('hex')}` : diffId;
  return { sizeBytes, diffId, digest, end, limit };
}

function sourceProblems(source: LayerSource, { diffId, digest, end, limit }: Walked): Problem[] {
  const layer = source.diffId ?? diffId;
  const problem = (code: string, message: string): Problem => ({ code, message, path: null, layer });
  if (!end) return [problem('layer-too-large', limit ?? '')];
  const problems: Problem[] = [];
  if (end.damage !== null)
    problems.push(problem('layer-damaged', `the layer was read only as far as it could be unpacked: ${end.damage}`));
  if (end.trailingBytes > 0)
    problems.push(problem('trailing-data', `${end.trailingBytes} bytes follow the end of the compressed data`));
  if (source.digest !== null && source.digest !== digest)
    problems.push(problem('digest-mismatch', `the layer's bytes have digest ${digest}, not ${source.digest}`));
  if (end.damage === null && source.diffId !== null && source.diffId !== diffId)
    problems.push(problem('digest-mismatch', `the layer's content has diff ID ${diffId}, not ${source.diffId}`));
  return problems;
}

/** A hard link may give a file a name that a cataloger wants only when the file has passed: then it is read again. */
async function readHardLinks(
  limits: LayerLimits,
  source: LayerSource,
  options: CollectorOptions,
  first: LayerCollector,
): Promise<Pick<LayerCollector, 'packages' | 'databaseFiles' | 'problems'>> {
  const names = wantedHardLinks(options, first);
  if (names.size === 0) return { packages: [], databaseFiles: [], problems: [] };
  const second = new LayerCollector({ ...options, examiner: undefined, namesOf: (path) => names.get(path) ?? [] });
  await walk(limits, source, second);
  const linked = new Set([...names.values()].flat());
  const problems = second.problems.filter(({ path }) => path !== null && linked.has(path));
  return { packages: second.packages, databaseFiles: second.databaseFiles, problems };
}
