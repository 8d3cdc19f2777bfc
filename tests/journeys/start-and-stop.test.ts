import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, plainEnvironment, startAssay, type TestAssay } from '#testkit/assay.ts';
import { run } from '#testkit/peers.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const root = join(import.meta.dirname, '../..');

/** Runs a server that is expected to refuse to start; what it says on standard error is one sentence. */
async function refusal(settings: Readonly<Record<string, string>>): Promise<string> {
  await using folder = await temporaryFolder();
  const outcome = await run(process.execPath, [join(root, 'src/main.ts')], {
    env: { ...plainEnvironment(), ASSAY_DATA: join(folder.path, 'data'), ASSAY_SAMPLES: 'off', ...settings },
    timeoutMs: 60_000,
  });
  assert.ok(outcome.code > 0, `it ended with ${outcome.code}:\n${outcome.stderr}`);
  const lines = outcome.stderr.split('\n').filter((line) => line.startsWith('assay: '));
  assert.equal(lines.length, 1, outcome.stderr);
  assert.doesNotMatch(outcome.stderr, /\n\s+at /, 'no stack trace');
  return outcome.stderr;
}

describe('a server of its own', () => {
  let assay: TestAssay;

  before(async () => {
    assay = await startAssay({ command: ['npm', 'start'] });
  });
  after(() => assay[Symbol.asyncDispose]());

  test('says in a few calm lines where it is, how to get in and what to try', () => {
    const said = assay.log().slice(assay.log().indexOf('Assay is ready at'));
    assert.match(said, new RegExp(`^Assay is ready at ${assay.url}`));
    assert.match(said, /admin-password/);
    assert.ok(said.split('\n').length < 10, said);
  });

  test('answers that it lives and is ready', async () => {
    for (const path of ['/livez', '/readyz']) assert.equal((await fetch(assay.url + path)).status, 200, path);
    const metrics = await (await fetch(`${assay.url}/metrics`)).text();
    assert.match(metrics, /^# TYPE /m);
  });

  test('a second one on its port or its folder is told so in one sentence', async () => {
    const port = assay.host.split(':')[1] ?? '';
    assert.match(await refusal({ ASSAY_PORT: port }), /another program uses this port; stop it, or set ASSAY_PORT/);
    const folder = { ASSAY_DATA: assay.dataFolder, ASSAY_PORT: port };
    assert.match(await refusal(folder), /another Assay \(process \d+\) is using it; stop that one, or set ASSAY_DATA/);
  });

  test('ends on SIGTERM to npm and leaves no process; its second start is quick', async (t) => {
    assert.equal(await assay.stop(), 0, assay.log());
    assert.deepEqual(assay.leftover(), []);
    const begin = performance.now();
    await assay.start();
    assert.equal((await fetch(`${assay.url}/readyz`)).status, 200);
    t.diagnostic(`second start: ${Math.round(performance.now() - begin)} ms to readyz`);
  });
});

describe('a start that cannot succeed', () => {
  test('because something else listens there', async () => {
    await using other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    assert.match(await refusal({ ASSAY_PORT: String(port) }), /cannot listen on 127\.0\.0\.1:\d+: another program/);
  });

  test('because a newer version wrote the folder', async () => {
    await using folder = await temporaryFolder();
    mkdirSync(join(folder.path, 'data'));
    writeFileSync(join(folder.path, 'data/format'), '999\n');
    assert.match(await refusal({ ASSAY_DATA: join(folder.path, 'data') }), /a newer version of Assay wrote it/);
  });

  test('because settings are wrong: all are named at once, each with an example', async () => {
    const said = await refusal({ ASSAY_PORT: 'http', ASSAY_SAMPLES: 'maybe', ASSAY_SCAN_SCHEDULE: 'daily' });
    for (const name of ['ASSAY_PORT', 'ASSAY_SAMPLES', 'ASSAY_SCAN_SCHEDULE'])
      assert.match(said, new RegExp(`^  ${name}: .*for example`, 'm'));
  });

  test('because the configured database does not answer', async () => {
    const said = await refusal({
      ASSAY_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      ASSAY_PORT: String(await freePort()),
    });
    assert.match(said, /cannot .*database/);
  });
});
