/**
 * Sends requests that strangers might send to a whole server, as many as asked for, and prints what became of them:
 *   node bench/hostile-requests.ts [COUNT] [FIRST]
 * The test in tests/hostile sends the first two thousand. A request that fails is named by its number and can be sent
 * again alone: node bench/hostile-requests.ts 1 NUMBER
 */

import { startAssay } from '#testkit/assay.ts';
import { exchange, hostileRequest, pushWhatExists } from '../tests/hostile/hostile-requests.ts';

const [count = 100_000, first = 0] = process.argv.slice(2).map(Number);
await using assay = await startAssay({ env: { ASSAY_WEB_PROCESSES: '1' } });
const authorization = `Basic ${Buffer.from(`admin:${assay.admin.password}`).toString('base64')}`;
await pushWhatExists(assay.url, authorization);
const port = Number(new URL(assay.url).port);
const counted = new Map<number, number>();
const faults: string[] = [];
let slowestMs = 0;
let next = first;

async function send(): Promise<void> {
  for (let number = next++; number < first + count; number = next++) {
    const { statuses, anonymousErrors, elapsedMs } = await exchange(
      port,
      hostileRequest(number, authorization),
      number,
    );
    slowestMs = Math.max(slowestMs, elapsedMs);
    for (const status of statuses) counted.set(status, (counted.get(status) ?? 0) + 1);
    if (statuses.some((status) => status >= 500)) faults.push(`${number} was answered ${statuses}`);
    if (anonymousErrors > 0) faults.push(`${number} has an error without a request id`);
    if (elapsedMs > 15_000) faults.push(`${number} took ${elapsedMs.toFixed(0)} ms`);
    if (number % 10_000 === 9_999) console.log(`${number + 1 - first} requests, ${faults.length} faults`);
  }
}

await Promise.all(Array.from({ length: 8 }, send));
if (count === 1) console.log(hostileRequest(first, authorization).toString('latin1').slice(0, 4000));
for (const fault of faults) console.log(fault);
const answers = [...counted].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
console.log(`answers ${answers.join(', ')}; slowest ${slowestMs.toFixed(0)} ms; ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
