/**
 * Reads archives that strangers might have made, as many as asked for, and prints what became of them:
 *   node bench/hostile.ts [COUNT] [FIRST]
 * The test in tests/hostile reads the first few hundred. An archive that fails is named by its number and can be read
 * again alone: node bench/hostile.ts 1 NUMBER
 */

import { temporaryFolder } from '#testkit/temporary.ts';
import { readHostile } from '../tests/hostile/hostile-images.ts';

const [count = 100_000, first = 0] = process.argv.slice(2).map(Number);
await using folder = await temporaryFolder();
const totals = { read: 0, refused: 0, withProblems: 0, slowestMs: 0 };
const startedAt = performance.now();
for (let number = first; number < first + count; number += 1) {
  const { outcome, problems, elapsedMs } = await readHostile(folder.path, number);
  totals[outcome] += 1;
  if (problems > 0) totals.withProblems += 1;
  totals.slowestMs = Math.max(totals.slowestMs, elapsedMs);
  if (number % 1000 === 999) {
    const seconds = (performance.now() - startedAt) / 1000;
    const memory = Math.round(process.memoryUsage().rss / 1024 ** 2);
    console.log(
      `${number + 1 - first} archives, ${seconds.toFixed(0)} s, ${memory} MiB, slowest ${totals.slowestMs.toFixed(0)} ms`,
    );
  }
}
console.log(
  `${totals.read} read (${totals.withProblems - totals.refused} with problems), ${totals.refused} refused, none failed`,
);
