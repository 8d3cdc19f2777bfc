import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { until } from '#testkit/assay-client.ts';
import type { Fault } from './fault.ts';
import { Ledger, readDiskStore } from './ledger.ts';

const PUSHERS = 4;
const ROUNDS = { short: 20, long: 200 };

/** Pushes, and deletes every second image, until the server is gone. */
async function loadUntilGone(assay: TestAssay, ledger: Ledger, repository: string): Promise<void> {
  try {
    for (let count = 1; ; count += 1) {
      await ledger.push(assay, repository);
      if (count % 2 === 0) await ledger.deleteOne(assay, repository);
    }
  } catch (error) {
    if (!/fetch failed|terminated|socket|ECONN|other side closed/i.test(`${error} ${(error as Error).cause}`))
      throw error;
  }
}

/** What nobody needs leaves the disk, and what was half uploaded too. */
async function collectEverything(assay: TestAssay, ledger: Ledger): Promise<string> {
  const uploads = join(assay.dataFolder, 'blobs/uploads');
  const left = await readdir(uploads);
  for (const name of left) await utimes(join(uploads, name), new Date(0), new Date(0));
  await assay.api.send('POST', '/schedules/keep-house/run');
  await until('the removal of abandoned uploads', async () => (await readdir(uploads)).length === 0 || undefined);
  await assay.cli('gc');
  const [onDisk, { needed, possible }] = [await readDiskStore(assay.dataFolder), ledger.blobs()];
  const missing = [...needed].filter((digest) => !onDisk.has(digest));
  if (missing.length > 0) throw new Error(`${missing.length} blobs are missing on the disk: ${missing.slice(0, 3)}`);
  const stuck = [...onDisk].filter((digest) => !possible.has(digest));
  if (stuck.length > 0) throw new Error(`${stuck.length} blobs are stuck on the disk: ${stuck.slice(0, 3)}`);
  return `${left.length} broken uploads and all garbage removed`;
}

export const killServer: Fault = {
  id: 'kill-server',
  title: '`kill -9` of the whole server, every second time with its database, under pushes and deletions',
  skip: () => false,
  async run(scale, say) {
    await using assay = await startAssay({ env: { ASSAY_GARBAGE_DELAY_HOURS: '0', ASSAY_LOG_LEVEL: 'warn' } });
    const ledger = new Ledger();
    for (let round = 1; round <= ROUNDS[scale]; round += 1) {
      const places = Array.from({ length: PUSHERS }, (_, pusher) => `staging/crash/r${round}-p${pusher}`);
      const before = ledger.counts.kept;
      const load = Promise.all(places.map((repository) => loadUntilGone(assay, ledger, repository)));
      await until('some pushes', async () => ledger.counts.kept > before + PUSHERS || undefined);
      await sleep(Math.random() * 400);
      await assay.kill(round % 2 === 0 ? 'everything' : undefined);
      await load;
      await assay.start();
      await ledger.check(assay, (name) => name.startsWith(`staging/crash/r${round}-`));
      if (round % 10 === 0) say(`${round} kills, ${JSON.stringify(ledger.counts)}`);
    }
    if (scale === 'long') await assay.api.waitForIdle();
    await ledger.check(assay);
    await readDiskStore(assay.dataFolder);
    const collected = await collectEverything(assay, ledger);
    await ledger.check(assay);
    const { kept, deleted, unsure } = ledger.counts;
    return `${ROUNDS[scale]} kills: ${kept} images answered 201 all whole, ${deleted} deletions all held, ${unsure} requests without an answer none half; ${collected}`;
  },
};
