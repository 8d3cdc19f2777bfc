/**
 * One changed advisory, and what follows, in catalogs of different sizes: facts only, through the product's own workflows.
 *   node bench/delta.ts [IMAGES …]     default 1000 10000 100000
 */
import { join } from 'node:path';
import { sql } from 'kysely';
import { importSource } from '#features/advisories/index.ts';
import { systemClock } from '#kernel/clock.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { openQueue } from '#platform/queue/pg-boss-queue.ts';
import { type OsvRecord, osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { applyChangedAdvisories } from '#workflows/refresh-advisories.ts';
import type { Work } from '#workflows/work.ts';
import { benchDatabase } from './database.ts';
import { fillCatalogOf, type Shape, shapeOf } from './delta-catalog.ts';

const RUNS = 7;
const never = new AbortController().signal;
const critical = { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] };
const high = { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N' }] };

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function row(what: string, touched: number | string, milliseconds: readonly number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  console.log(`| ${what} | ${touched} | ${at(0.5).toFixed(1)} ms | ${at(0.99).toFixed(1)} ms |`);
}

/** Three advisories for each ten names: about four findings each. */
function advisoriesOf({ names }: Shape): Map<string, OsvRecord[]> {
  const records = new Map<string, OsvRecord[]>([
    ['Debian', []],
    ['npm', []],
    ['PyPI', []],
  ]);
  for (let name = 1; name <= names; name += 1) {
    if (name % 10 > 2) continue;
    const [folder, ecosystem] =
      name % 5 === 0 ? ['Debian', 'Debian:12'] : name % 5 === 4 ? ['PyPI', 'PyPI'] : ['npm', 'npm'];
    const severity = name % 3 === 0 ? critical : high;
    records
      .get(folder)
      ?.push(
        osvRecord(`TEST-${name}`, ecosystem, `name-${name}`, '5.0.0', { aliases: [`CVE-2026-${name}`], ...severity }),
      );
  }
  return records;
}

async function measure(images: number): Promise<void> {
  await using folder = await temporaryFolder();
  await using database = await benchDatabase(folder.path);
  const { db } = database;
  const shape = shapeOf(images);
  const filling = await timed(() => fillCatalogOf(db, shape));
  await using queue = await openQueue({ url: database.url, applicationName: 'bench', onError: () => undefined });
  const work: Work = { db, queue, clock: systemClock, blobs: await diskBlobs(join(folder.path, 'blobs')) };
  const http = createHttpClient({ allowPrivate: true });
  const importFrom = async (id: string, records: ReadonlyMap<string, readonly OsvRecord[]>) => {
    for (const [ecosystem, list] of records) await writeOsvArchive(join(folder.path, id), ecosystem, list);
    const result = await importSource({ db, clock: systemClock, http }, { id, location: join(folder.path, id) });
    if (result.error) throw new Error(result.error);
  };
  await importFrom('osv', advisoriesOf(shape));
  const first = await timed(() => applyChangedAdvisories(work, never));
  const { rows } = await sql<{ packages: number; members: number; findings: number; bytes: number }>`select
    (select count(*) from inventory_package) as packages, (select count(*) from inventory_set_member) as members,
    (select count(*) from advisories_finding) as findings, pg_database_size(current_database()) as bytes`.execute(db);
  const [size] = rows;
  console.log(
    `\n${images} images: ${size?.packages} package rows, ${size?.members} set members, ${size?.findings} findings, ` +
      `${Math.round((size?.bytes ?? 0) / 1e6)} MB; filled in ${(filling / 1000).toFixed(0)} s, first matched in ${(first / 1000).toFixed(1)} s\n`,
  );
  console.log('| change | images touched | median | p99 |\n|---|---|---|---|');
  await sql`vacuum analyze`.execute(db);
  for (const name of ['touch-100', 'touch-1000', 'touch-all']) await measureAdvisory(work, importFrom, name);
}

/** An advisory appears, changes its severity, and appears again: each time, until every posture and grade is right. */
async function measureAdvisory(
  work: Work,
  importFrom: (id: string, records: ReadonlyMap<string, readonly OsvRecord[]>) => Promise<void>,
  name: string,
): Promise<void> {
  const times: number[] = [];
  let touched = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const modified = new Date(Date.UTC(2026, 1, 1 + run)).toISOString();
    const record = osvRecord(`TOUCH-${name}`, 'Debian:12', name, '2.0.0', { modified, ...(run % 2 ? high : critical) });
    await importFrom(`source-${name}`, new Map([['Debian', [record]]]));
    times.push(
      await timed(async () => {
        touched = await applyChangedAdvisories(work, never);
      }),
    );
  }
  row(`one advisory (${name})`, touched, times);
}

const sizes = process.argv.slice(2).map(Number);
for (const images of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) await measure(images);
