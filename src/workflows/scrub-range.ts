import {
  type DigestRange,
  doomBytes,
  listIncomplete,
  listKnownBlobs,
  mendFindings,
  queueStrays,
  recordFindings,
  type ScrubFinding,
} from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { CheckWork } from './check-bytes.ts';
import { type RepairSource, repairMissed } from './repair-content.ts';
import type { Work } from './work.ts';

export interface ScrubSettings {
  /** The usual pace; a round may have another. */
  readonly bytesPerSecond: number;
  /** How old bytes without a row must be to be called orphans. */
  readonly orphanAgeMs: number;
  /** How long one job works before others of its class have their turn. */
  readonly sliceMs: number;
  /** Places to mend from; `wanted` is the one that the round was given. */
  sources(wanted: string | null): Promise<readonly RepairSource[]>;
  /** Told of everything that was read and found. */
  readonly observe?: (bytes: number, findings: readonly ScrubFinding[]) => void;
}

export type ScrubWork = Pick<Work, 'db' | 'blobs' | 'queue' | 'clock'> & { readonly scrub: ScrubSettings };

export type RangeWork = ScrubWork & CheckWork & { readonly sources: readonly RepairSource[] };

const NO_LONGER = 'it is no longer so';

/** What is asked of a range as a whole, when it is begun: bytes without rows, rows that nothing holds, what is missed. */
export async function beginRange(work: RangeWork, range: DigestRange): Promise<void> {
  if (range.from !== range.prefix) return;
  const { db, clock } = work;
  await reportOrphans(work, range);
  await queueStrays(db, range);
  const incomplete = await findIncomplete(work, range);
  const bounds = { after: range.prefix, to: range.to };
  await mendFindings(db, bounds, ['incomplete'], incomplete, { at: clock.now(), by: NO_LONGER });
  await recordFindings(db, incomplete, clock.now());
}

/** What was found before in a part that was now read, and was not found again, is mended. */
export async function endChunk(
  trx: Database,
  { clock }: RangeWork,
  bounds: { readonly after: string; readonly to: string },
  findings: readonly ScrubFinding[],
): Promise<void> {
  const kinds = ['corrupt', 'missing', 'unreadable', 'wrong-size'] as const;
  await mendFindings(trx, bounds, kinds, findings, { at: clock.now(), by: NO_LONGER });
}

const LISTED_AT_ONCE = 1000;

/** The store is listed before the rows are asked: what is recorded meanwhile is known. */
async function reportOrphans(work: RangeWork, range: DigestRange): Promise<void> {
  let listed: Digest[] = [];
  const report = async () => {
    work.signal.throwIfAborted();
    const findings = await orphansAmong(work, listed);
    if (findings.length > 0) await doomBytes(work.db, findings, 'no-row');
    await recordFindings(work.db, findings, work.clock.now());
    work.scrub.observe?.(0, findings);
    listed = [];
  };
  for await (const digest of work.blobs.list(range.prefix)) {
    listed.push(digest);
    if (listed.length >= LISTED_AT_ONCE) await report();
  }
  if (listed.length > 0) await report();
}

async function orphansAmong({ db, blobs, scrub }: RangeWork, listed: readonly Digest[]): Promise<ScrubFinding[]> {
  const known = await listKnownBlobs(db, listed);
  const findings: ScrubFinding[] = [];
  for (const digest of listed.filter((one) => !known.has(one))) {
    const found = await blobs.stat(digest);
    if (!found || Date.now() - found.publishedAt.getTime() < scrub.orphanAgeMs) continue;
    const detail = 'the store has bytes that no row knows';
    const mendedBy = 'they are queued for removal';
    findings.push({ digest, kind: 'orphan', repository: '', detail, sizeBytes: found.sizeBytes, mendedBy });
  }
  return findings;
}

async function findIncomplete(work: RangeWork, range: DigestRange): Promise<ScrubFinding[]> {
  const findings: ScrubFinding[] = [];
  for (const { digest, repository, blob, sizeBytes } of await listIncomplete(work.db, range)) {
    const mendedBy = await repairMissed(work, work.sources, { repository, digest: blob, sizeBytes });
    const detail = `${repository} does not have its config ${blob}`;
    findings.push({ digest, kind: 'incomplete', repository, detail, sizeBytes, ...(mendedBy && { mendedBy }) });
  }
  return findings;
}
