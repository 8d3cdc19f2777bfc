/**
 * Assay, distribution and zot side by side, in turn, on one machine under one load; prints medians and ratios:
 *   [ASSAY_PEERS=…] node bench/registry.ts [--rows tag,push-1] [--connections 1,16,100] [--seconds 5] [--runs 3]
 *     [--quick] [--distribution PROGRAM] [--zot PROGRAM] [--only assay]
 * Reads are wrk's, on one thread; pushes are a client's of ours. Programs are looked for as `registry` and `zot`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { findPeer } from '#testkit/peers.ts';
import { makeContent } from './registry/content.ts';
import type { RegistryServer } from './registry/registry-server.ts';
import { type Filling, fillings, type Row, rows } from './registry/rows.ts';
import { startDistribution, startOurs, startZot } from './registry/servers.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    connections: { type: 'string' },
    seconds: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    distribution: { type: 'string', default: findPeer('registry') ?? '' },
    zot: { type: 'string', default: findPeer('zot') ?? findPeer('zot.full') ?? '' },
  },
});
const [seconds, runs] = [
  Number(options.seconds ?? (options.quick ? 1 : 5)),
  Number(options.runs ?? (options.quick ? 1 : 3)),
];
const connections = (options.connections ?? (options.quick ? '16' : '1,16,100')).split(',').map(Number);
const wanted = options.rows?.split(',');
const chosen = rows.filter((row) => wanted?.includes(row.id) ?? true);

const starts: readonly { name: string; program: string; start: () => Promise<RegistryServer> }[] = [
  { name: 'assay', program: process.execPath, start: startOurs },
  { name: 'distribution', program: options.distribution, start: () => startDistribution(options.distribution) },
  { name: 'zot', program: options.zot, start: () => startZot(options.zot) },
];

if (!findPeer('wrk')) throw new Error('wrk is not on the path: reads cannot be measured without it');
await using owned = new AsyncDisposableStack();
const servers: RegistryServer[] = [];
for (const { name, program, start } of starts) {
  if (options.only && options.only !== name) continue;
  if (program) servers.push(owned.use(await start()));
  else console.log(`${name} is left out: there is no such program; name it with --${name}\n`);
}

const content = makeContent();
const filled = new Set<string>();
console.log(`${availableParallelism()} cores, Node ${process.versions.node}, ${runs} runs of ${seconds} s\n`);
const [ours, ...peers] = servers;
console.log(
  `| row | connections | unit | ${servers.map(({ name }) => name).join(' | ')} |${peers.map(({ name }) => ` × ${name} |`).join('')}`,
);
console.log(`|---|---|---|${servers.map(() => '---|').join('')}${peers.map(() => '---|').join('')}`);
for (const row of chosen) {
  for (const count of connections) await printRow(row, count);
}

async function printRow(row: Row, count: number): Promise<void> {
  const rates = new Map<RegistryServer, number[]>(servers.map((server) => [server, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const [server, measured] of rates) {
      await fill(server, row.needs);
      measured.push(await orNothing(server, row, () => row.measure(server, content, { connections: count, seconds })));
    }
  }
  const medians = servers.map((server) => median(rates.get(server) ?? []));
  const cells = medians.map((value) =>
    Number.isNaN(value) ? '–' : value.toLocaleString('en', { maximumSignificantDigits: 3 }),
  );
  const ratios = medians.slice(1).map((value) => (Number.isNaN(value) ? '–' : ((medians[0] ?? 0) / value).toFixed(2)));
  console.log(`| ${row.title} | ${count} | ${row.unit} | ${[...cells, ...ratios].join(' | ')} |`);
}

/** A peer may be without a function; ours may not. */
async function orNothing(server: RegistryServer, row: Row, measure: () => Promise<number>): Promise<number> {
  try {
    return await measure();
  } catch (error) {
    if (server === ours) throw error;
    console.error(`${server.name}, ${row.title}: ${(error as Error).message.slice(0, 300)}`);
    return Number.NaN;
  }
}

async function fill(server: RegistryServer, needs: readonly Filling[]): Promise<void> {
  for (const need of needs) {
    if (filled.has(`${server.name} ${need}`)) continue;
    const startedAt = performance.now();
    await fillings[need](server, content);
    await server.rested();
    filled.add(`${server.name} ${need}`);
    console.error(`${server.name}: ${need} made in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}

function median(values: readonly number[]): number {
  const good = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return good[Math.floor(good.length / 2)] ?? Number.NaN;
}
