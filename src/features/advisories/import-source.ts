import { createHash } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { Database } from '#platform/database/database.ts';
import { keyOf, type PackageKey } from './advisory.ts';
import { parseAdvisory } from './parse-advisory.ts';
import { deleteRecords, findDigests, listFiles, putRecords, type StoredRecord } from './record-store.ts';
import { addToCursor, getCursor, markEnded, markStarted, registerSource, type SourceConfig } from './source-store.ts';
import type { AdvisorySource, Delivered, SourceStep, SourceTools } from './sources/advisory-source.ts';
import { advisorySources } from './sources/index.ts';
import { storableText } from './storable-json.ts';

export interface ImportDeps extends SourceTools {
  readonly db: Database;
  readonly clock: Clock;
}

export interface ImportResult {
  /** Packages that changed records speak of; they also wait in `takeChangedKeys`. */
  readonly changed: readonly PackageKey[];
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Why the refresh is not good; null when it is. What was read nevertheless holds. */
  readonly error: string | null;
}

type Tally = { -readonly [K in 'added' | 'updated' | 'removed' | 'unchanged']: number } & {
  readonly changed: Map<string, PackageKey>;
  readonly damaged: string[];
};

/**
 * Brings the stored advisories to what the source has now, in batches; only what changed is written. A refresh that
 * fails or finds damaged records keeps everything that was there, removes nothing, and is not called good.
 */
export async function importSource(
  deps: ImportDeps,
  source: SourceConfig,
  signal?: AbortSignal,
): Promise<ImportResult> {
  const { db, clock } = deps;
  const tally: Tally = { added: 0, updated: 0, removed: 0, unchanged: 0, changed: new Map(), damaged: [] };
  await registerSource(db, source);
  await markStarted(db, source.id, clock.now());
  try {
    const cursor = await getCursor(db, source.id);
    for await (const step of readerOf(source).read(deps, source.location, cursor, signal)) {
      await importStep(deps, source.id, step, tally);
    }
  } catch (cause) {
    tally.damaged.push(messageOf(cause));
  }
  const error = describeDamage(tally.damaged);
  await markEnded(db, source.id, { at: clock.now(), error, changed: tally.changed.size > 0 });
  const { damaged: _damaged, changed, ...counts } = tally;
  return { ...counts, changed: [...changed.values()], error };
}

function readerOf({ location }: SourceConfig): AdvisorySource {
  const reader = advisorySources.find((candidate) => candidate.accepts(location));
  if (reader) return reader;
  throw new AppError('invalid-input', `cannot read advisories from ${location}: give a folder or an http address`);
}

function describeDamage(damaged: readonly string[]): string | null {
  const [first, ...others] = damaged;
  if (first === undefined) return null;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

async function importStep(deps: ImportDeps, source: string, step: SourceStep, tally: Tally): Promise<void> {
  const damagedBefore = tally.damaged.length;
  const seen = new Set<string>();
  try {
    for await (const batch of step.records) await importBatch(deps, source, batch, seen, tally);
  } catch (cause) {
    tally.damaged.push(messageOf(cause));
  }
  if (tally.damaged.length > damagedBefore) return;
  if (step.complete) await removeUnseen(deps, source, seen, tally);
  await addToCursor(deps.db, source, step.cursor());
}

async function importBatch(
  { db }: ImportDeps,
  source: string,
  batch: readonly Delivered[],
  seen: Set<string>,
  tally: Tally,
): Promise<void> {
  const fresh = batch.filter((item) => !seen.has(fileOf(item)));
  for (const item of fresh) seen.add(fileOf(item));
  const stored = await findDigests(db, source, fresh.map(fileOf));
  const records: StoredRecord[] = [];
  const gone: string[] = [];
  for (const item of fresh) {
    if (item.kind === 'damaged') tally.damaged.push(`cannot read ${item.name}: ${item.reason}`);
    if (item.kind === 'gone' && stored.has(fileOf(item))) gone.push(fileOf(item));
    if (item.kind !== 'record') continue;
    const digest = createHash('sha256').update(item.bytes).digest();
    const known = stored.get(fileOf(item));
    if (known?.equals(digest)) {
      tally.unchanged += 1;
      continue;
    }
    const record = parseRecord(item, digest, tally);
    if (!record) continue;
    records.push(record);
    if (known) tally.updated += 1;
    else tally.added += 1;
  }
  tally.removed += gone.length;
  if (records.length === 0 && gone.length === 0) return;
  await db.transaction().execute(async (trx) => {
    remember(tally, await putRecords(trx, source, records));
    remember(tally, await deleteRecords(trx, source, gone));
  });
}

function fileOf(item: Delivered): string {
  return storableText(item.name);
}

function parseRecord(
  item: Extract<Delivered, { kind: 'record' }>,
  digest: Buffer,
  tally: Tally,
): StoredRecord | undefined {
  try {
    const value = parseJson(item.bytes, item.name, { maxBytes: item.bytes.length });
    return { file: fileOf(item), digest, advisory: parseAdvisory(value) };
  } catch (error) {
    tally.damaged.push(`cannot read ${item.name}: ${messageOf(error)}`);
    return undefined;
  }
}

function remember(tally: Tally, keys: readonly PackageKey[]): void {
  for (const key of keys) tally.changed.set(keyOf(key.ecosystem, key.name), key);
}

/** The source carried everything it has: what it did not carry is gone. */
async function removeUnseen(
  { db }: ImportDeps,
  source: string,
  seen: ReadonlySet<string>,
  tally: Tally,
): Promise<void> {
  for await (const files of listFiles(db, source)) {
    const gone = files.filter((file) => !seen.has(file));
    if (gone.length === 0) continue;
    tally.removed += gone.length;
    remember(tally, await db.transaction().execute((trx) => deleteRecords(trx, source, gone)));
  }
}
