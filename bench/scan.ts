/**
 * Scans the same archives with Assay and with the other scanners that are there, in turn, and prints medians and ratios:
 *   ASSAY_TEST_DATA=… [ASSAY_PEERS=…] node bench/scan.ts [RUNS] [ARCHIVE …]
 * Without archives: those of the test data. Each program gets the first platform as docker save writes it, with unpacked
 * layers, and the same advisories where it takes any; all that it prints is thrown away.
 */
import { globSync, statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findPeer, run } from '#testkit/peers.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { writeDockerSave } from './docker-archive.ts';

const [runsText = '5', ...given] = process.argv.slice(2);
const data = process.env.ASSAY_TEST_DATA ?? '';
const advisories = join(data, 'advisories');
const root = join(import.meta.dirname, '..');

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

interface Scanner {
  readonly name: string;
  readonly program: string;
  readonly args: (archive: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Needs GNU time: nothing in Node tells what a child has cost. */
async function measure(scanner: Scanner, archive: string): Promise<Cost> {
  const args = ['-f', 'cost %e %U %S %M', scanner.program, ...scanner.args(archive)];
  const { stderr } = await run('time', args, { ...(scanner.env && { env: scanner.env }), timeoutMs: 600_000 });
  const [, wall, user, system, kib] = /cost ([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr) ?? [];
  return { wallSeconds: Number(wall), cpuSeconds: Number(user) + Number(system), peakMiB: Number(kib) / 1024 };
}

function medianOf(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: median(costs.map((cost) => cost.wallSeconds)),
    cpuSeconds: median(costs.map((cost) => cost.cpuSeconds)),
    peakMiB: median(costs.map((cost) => cost.peakMiB)),
  };
}

/** osv-scanner looks for the ecosystems' archives in a folder of its own name inside its cache. */
async function scannersHere(folder: string): Promise<Scanner[]> {
  await mkdir(join(folder, 'osv'), { recursive: true });
  for (const name of ['osv-scanner', 'osv-scalibr']) await symlink(advisories, join(folder, 'osv', name));
  const all: (Omit<Scanner, 'program'> & { readonly program: string | undefined })[] = [
    {
      name: 'assay',
      program: join(root, 'bin/assay'),
      args: (archive) => ['scan', archive, '--advisories', advisories, '--format', 'json'],
    },
    {
      name: 'osv-scanner',
      program: findPeer('osv-scanner'),
      args: (archive) => ['scan', 'image', '--archive', archive, '--offline-vulnerabilities', '--format', 'json'],
      env: { OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: join(folder, 'osv') },
    },
    {
      name: 'syft (inventory only)',
      program: findPeer('syft'),
      args: (archive) => ['scan', `docker-archive:${archive}`, '-q', '-o', 'json'],
      env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
    },
  ];
  const absent = all.filter(({ program }) => program === undefined);
  for (const { name } of absent) console.log(`(${name} is not on the path or in $ASSAY_PEERS/bin and is left out)`);
  return all.flatMap(({ program, ...rest }) => (program === undefined ? [] : [{ ...rest, program }]));
}

function row(image: string, scanner: Scanner, cost: Cost, assay: Cost): void {
  const { wallSeconds, cpuSeconds, peakMiB } = cost;
  const ratio = scanner.name === 'assay' ? '' : (assay.wallSeconds / wallSeconds).toFixed(2);
  const cells = [image, scanner.name, wallSeconds.toFixed(2), cpuSeconds.toFixed(2), peakMiB.toFixed(0), ratio];
  console.log(`| ${cells.join(' | ')} |`);
}

async function bench(folder: string, archives: readonly string[]): Promise<void> {
  const scanners = await scannersHere(folder);
  console.log('| image | scanner | wall s | CPU s | peak MiB | assay / it |\n|---|---|---|---|---|---|');
  for (const archive of archives) {
    const target = join(folder, `${basename(archive)}.docker.tar`);
    await writeDockerSave(archive, target);
    const costs = scanners.map((): Cost[] => []);
    // In turn, so that what else the machine does meets all of them; the first round warms caches and does not count.
    for (let round = 0; round <= Number(runsText); round += 1) {
      for (const [index, scanner] of scanners.entries()) {
        const cost = await measure(scanner, target);
        if (round > 0) costs[index]?.push(cost);
      }
    }
    const medians = costs.map(medianOf);
    const label = `${basename(archive)} (${(statSync(target).size / 1e6).toFixed(0)} MB)`;
    for (const [index, scanner] of scanners.entries()) {
      const [cost, assay] = [medians[index], medians[0]];
      if (cost && assay) row(label, scanner, cost, assay);
    }
  }
}

if (findPeer('time') === undefined) throw new Error('this benchmark needs GNU time on the path');
const archives = given.length > 0 ? given : globSync(join(data, 'images/*.tar*')).sort();
if (archives.length === 0) throw new Error('name archives, or let ASSAY_TEST_DATA name a folder with images/');
await using folder = await temporaryFolder();
await bench(folder.path, archives);
