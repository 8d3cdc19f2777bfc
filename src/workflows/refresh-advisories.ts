import { readFile } from 'node:fs/promises';
import {
  databaseIndex,
  getKnownExploited,
  type ImportDeps,
  importKnownExploited,
  importSource,
  matchPackages,
  type SourceConfig,
  takeChangedKeys,
} from '#features/advisories/index.ts';
import { lockCounts, packagesNamed, uncountedSets } from '#features/inventory/index.ts';
import { publish } from '#features/notifications/index.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Match } from '#model/finding.ts';
import { type HttpClient, readBody } from '#platform/network/http-client.ts';
import { applyFindings, countNewSets } from './apply-findings.ts';
import type { Step, Work } from './work.ts';

export interface RefreshWork extends Work {
  readonly http: HttpClient;
  readonly importer: Omit<ImportDeps, 'db' | 'clock'>;
  readonly sources: readonly SourceConfig[];
  /** A file or an address; null when none is configured. */
  readonly knownExploited: string | null;
}

const KEYS_AT_ONCE = 2_000;
const KEV_BYTES = 64 * 1024 * 1024;

export async function readLocation(http: HttpClient, location: string, maxBytes: number): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(location)) return readFile(location);
  const answer = await http.request(location);
  const bytes = await readBody(answer, maxBytes);
  if (answer.status === 200) return bytes;
  throw new AppError('unavailable', `cannot read ${location}: it answered ${answer.status}`);
}

/** Sets that were stored but never summed up, as after an upgrade. */
async function countForgottenSets({ db }: Work, signal: AbortSignal): Promise<void> {
  for (let more = true; more && !signal.aborted; ) {
    more = await db.transaction().execute(async (trx) => {
      await lockCounts(trx);
      const sets = await uncountedSets(trx, {});
      await countNewSets(trx, sets);
      return sets.length > 0;
    });
  }
}

/**
 * From changed advisories to package rows, from those to findings, from findings that really changed to the package sets and
 * images that hold the packages: only these change, and only their images get new reports. Says how many changed.
 */
export async function applyChangedAdvisories(work: Work, signal: AbortSignal): Promise<number> {
  const { db } = work;
  const index = databaseIndex(db);
  const known = await getKnownExploited(db);
  let touched = 0;
  await countForgottenSets(work, signal);
  for (let more = true; more && !signal.aborted; ) {
    more = await db.transaction().execute(async (trx) => {
      const keys = await takeChangedKeys(trx, KEYS_AT_ONCE);
      if (keys.length === 0) return false;
      const packages = await packagesNamed(trx, keys);
      const matches = await matchPackages(
        index,
        packages.map((item) => item.identity),
        known,
      );
      const findings = new Map<number, readonly Match[]>(packages.map((item, at) => [item.id, matches[at] ?? []]));
      touched += await applyFindings(work, trx, findings);
      return keys.length === KEYS_AT_ONCE;
    });
  }
  return touched;
}

/** Brings advisories and known-exploited entries up to date. A source that fails keeps what it had and says so. */
export async function refreshAdvisories(work: RefreshWork, signal: AbortSignal, step: Step): Promise<string> {
  const { db, clock, importer } = work;
  const said: string[] = [];
  for (const source of work.sources) {
    await step(`reading ${source.location}`);
    const result = await importSource({ ...importer, db, clock }, source, signal);
    said.push(
      result.error
        ? `${source.id} failed: ${result.error}`
        : `${source.id}: ${result.added} new, ${result.updated} changed, ${result.removed} gone`,
    );
  }
  if (work.knownExploited !== null) {
    try {
      const bytes = await readLocation(work.http, work.knownExploited, KEV_BYTES);
      const { cves } = await db.transaction().execute((trx) => importKnownExploited(trx, bytes));
      said.push(`known exploited: ${cves.length} changed`);
    } catch (error) {
      said.push(`known exploited failed: ${messageOf(error)}`);
    }
  }
  await step('finding the images that are touched');
  const touched = await applyChangedAdvisories(work, signal);
  const message = `${said.join('; ')}; ${touched} images touched`;
  await publish(db, { type: 'advisories.refreshed', at: clock.now(), actor: 'assay', message, data: { touched } });
  return message;
}
