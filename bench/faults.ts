/**
 * Makes faults happen, as often and as large as they are promised to be survived, and prints what became of them:
 *   node bench/faults.ts [--short] [--write] [ID ...]
 * With --write the rows go into the table of docs/reliability.md; rows of faults that were not run stay.
 * The test in tests/faults does the same on a small scale.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faults } from '../tests/faults/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean' }, write: { type: 'boolean' } },
});
const page = join(import.meta.dirname, '../docs/reliability.md');
const scale = values.short ? 'short' : 'long';
const machine = `${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GB`;

function writeRow(id: string, row: string): void {
  const text = readFileSync(page, 'utf8');
  const begin = `<!-- ${id} -->`;
  const lines = text.split('\n').filter((line) => !line.endsWith(begin));
  const order = faults.map((fault) => fault.id);
  const ownPlace = order.indexOf(id);
  const after = lines.findLastIndex((line) => {
    const place = order.findIndex((known) => line.endsWith(`<!-- ${known} -->`));
    return line === '|---|---|---|' || (place >= 0 && place < ownPlace);
  });
  lines.splice(after + 1, 0, `${row} ${begin}`);
  writeFileSync(page, lines.join('\n'));
}

for (const fault of faults) {
  if (positionals.length > 0 && !positionals.includes(fault.id)) continue;
  const reason = fault.skip();
  if (reason) {
    console.log(`${fault.id}: skipped, ${reason}`);
    continue;
  }
  const startedAt = Date.now();
  const outcome = await fault.run(scale, (line) => console.log(`  ${line}`));
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${fault.id}: ${outcome} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  if (values.write) writeRow(fault.id, `| ${fault.title} | ${outcome} | ${day}, ${machine} |`);
}
