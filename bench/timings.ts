/**
 * How long a person waits: start, push → signed report, scan of one image. Prints medians; run it on a quiet machine:
 *   ASSAY_TEST_DATA=… node bench/timings.ts [RUNS]
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageDetail } from '#model/api-images.ts';
import type { IntakePage } from '#model/api-intake.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { findPeer, run, succeed } from '#testkit/peers.ts';

const RUNS = Number(process.argv[2] ?? 3);
const data = process.env.ASSAY_TEST_DATA;
const launcher = join(import.meta.dirname, '../bin/assay');

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function row(what: string, values: readonly number[], unit = 'ms'): void {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  console.log(`| ${what} | ${median(values).toFixed(0)} ${unit} | ${low.toFixed(0)}–${high.toFixed(0)} |`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function isReady(assay: TestAssay): Promise<void> {
  while (
    !(await fetch(`${assay.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await sleep(10);
}

async function isReported(assay: TestAssay, reference: string): Promise<boolean> {
  const { items } = await assay.api.get<IntakePage>(`/intake?reference=${encodeURIComponent(reference)}`);
  const [intake] = items;
  if (!intake || intake.status === 'queued' || intake.status === 'running') return false;
  const image = await assay.api.get<ImageDetail>(`/images/${intake.digest}`);
  return image.reports.length > 0 && image.reports.every((report) => report.signature?.valid);
}

async function pushToReport(assay: TestAssay, archive: string, tag: string): Promise<number> {
  const target = `docker://${assay.host}/staging/bench:${tag}`;
  const credentials = `${assay.admin.name}:${assay.admin.password}`;
  await succeed('skopeo', [
    'copy',
    '--all',
    '--dest-tls-verify=false',
    '--dest-creds',
    credentials,
    `oci-archive:${archive}`,
    target,
  ]);
  return timed(async () => {
    while (!(await isReported(assay, `staging/bench:${tag}`))) await sleep(20);
  });
}

console.log('| what | median | range |\n|---|---|---|');
const first: number[] = [];
const second: number[] = [];
for (let count = 0; count < RUNS; count += 1) {
  const begun = performance.now();
  await using assay = await startAssay({ command: [launcher, 'serve'] });
  first.push(performance.now() - begun);
  await assay.stop();
  const started = assay.start();
  second.push(await timed(() => isReady(assay)));
  await started;
}
row('first start until every process works (empty data folder)', first);
row('second start until /readyz', second);

if (data && findPeer('skopeo')) {
  await using assay = await startAssay({ env: { ASSAY_ADVISORIES: join(data, 'advisories') } });
  const archive = join(data, 'images/node-app-npm.oci.tar');
  await pushToReport(assay, archive, 'first');
  const known: number[] = [];
  for (let count = 0; count < RUNS; count += 1) known.push(await pushToReport(assay, archive, `again-${count}`));
  row('push answered → reports signed, layers known', known);
}

for (const archive of data ? globSync('images/*.tar*', { cwd: data }).sort() : []) {
  const args = ['scan', join(data ?? '', archive), '--advisories', join(data ?? '', 'advisories'), '--format', 'json'];
  const times: number[] = [];
  for (let count = 0; count <= RUNS; count += 1) {
    const took = await timed(() => run(launcher, args));
    if (count > 0) times.push(took);
  }
  row(`scan ${basename(archive)}, with advisories`, times);
}
