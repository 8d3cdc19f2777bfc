import {
  digestRanges,
  finishScrubRound,
  listStoredRows,
  openScrubRound,
  recordFindings,
  type ScrubFinding,
  type ScrubRound,
  type StoredRow,
  saveScrubProgress,
} from '#features/registry/index.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { checkBytes } from './check-bytes.ts';
import { createPace } from './pace.ts';
import { repairContent } from './repair-content.ts';
import { beginRange, endChunk, type RangeWork, type ScrubWork } from './scrub-range.ts';
import type { Step } from './work.ts';

/** Goes on with the round that is under way, or begins one. */
export const scrubJob: JobRequest = { name: 'scrub-blobs', queueClass: 'maintenance', input: {}, key: 'scheduled' };

const SAVE_EVERY_MS = 2_000;
const SAVE_EVERY_ROWS = 500;

interface Chunk {
  readonly after: string;
  blobs: number;
  bytes: number;
  readonly findings: ScrubFinding[];
}

/**
 * Reads everything that is stored, slowly, and compares it with its digest; sets aside what is damaged, and mends what a
 * source has. Works for one slice of time, then queues the rest. Its place stands in the database.
 */
export async function scrubBlobs(work: ScrubWork, signal: AbortSignal, step: Step): Promise<string> {
  const { db, clock, scrub } = work;
  const round = await openScrubRound(db, {}, scrub, clock.now());
  const context: RangeWork = {
    ...work,
    signal,
    pace: createPace(round.bytesPerSecond),
    sources: await scrub.sources(round.source),
  };
  const end = performance.now() + scrub.sliceMs;
  const isOver = () => performance.now() > end;
  for (const range of digestRanges(round.place, round.digits)) {
    await beginRange(context, range);
    const rows = await listStoredRows(db, range);
    const isDone = await scrubRows(context, round, rows, { after: range.from, to: range.to }, isOver);
    await step(`at ${range.prefix}`);
    if (isDone && !isOver()) continue;
    await work.queue.send(db, scrubJob);
    return `at ${range.prefix}; it goes on`;
  }
  await finishScrubRound(db, round.id, clock.now());
  return 'everything was read';
}

/** False when the time was over before the end; the place is saved. */
async function scrubRows(
  work: RangeWork,
  round: ScrubRound,
  rows: readonly StoredRow[],
  bounds: { readonly after: string; readonly to: string },
  isOver: () => boolean,
): Promise<boolean> {
  let chunk: Chunk = { after: bounds.after, blobs: 0, bytes: 0, findings: [] };
  let savedAt = performance.now();
  for (const [index, row] of rows.entries()) {
    const finding = await checkRow(work, row);
    if (finding) chunk.findings.push(finding);
    chunk.blobs += 1;
    chunk.bytes += row.sizeBytes;
    // A manifest that was pushed as a blob too has two rows: the place is behind both or before both.
    if (rows[index + 1]?.digest === row.digest) continue;
    if (!isOver() && chunk.blobs < SAVE_EVERY_ROWS && performance.now() - savedAt < SAVE_EVERY_MS) continue;
    await save(work, round, chunk, row.digest);
    if (isOver() && index + 1 < rows.length) return false;
    chunk = { after: row.digest, blobs: 0, bytes: 0, findings: [] };
    savedAt = performance.now();
  }
  await save(work, round, chunk, bounds.to);
  return true;
}

async function save(work: RangeWork, round: ScrubRound, chunk: Chunk, place: string): Promise<void> {
  const { blobs, bytes, findings } = chunk;
  work.scrub.observe?.(bytes, findings);
  await work.db.transaction().execute(async (trx) => {
    await endChunk(trx, work, { after: chunk.after, to: place }, findings);
    await recordFindings(trx, findings, work.clock.now());
    await saveScrubProgress(trx, round.id, { place, blobs, bytes });
  });
}

async function checkRow(work: RangeWork, row: StoredRow): Promise<ScrubFinding | undefined> {
  const finding = await checkBytes(work, row);
  if (!finding || finding.mendedBy) return finding;
  const repair = await repairContent(work, work.sources, row);
  if (repair.kind === 'mended') return { ...finding, mendedBy: repair.by };
  const tried = repair.reasons.length > 0 ? `; ${repair.reasons.join('; ')}` : '';
  return { ...finding, detail: `${finding.detail}${tried}`.slice(0, 2000) };
}
