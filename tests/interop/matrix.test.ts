import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { withoutPeers } from '#testkit/peers.ts';
import type { InteropClient, Place, Session } from './client.ts';
import { clients } from './clients/index.ts';
import { renderPage, versionOf } from './page.ts';
import { type Cell, steps } from './steps.ts';
import { type InteropWorld, openInteropWorld, type Transport } from './world.ts';

const PAGE = join(import.meta.dirname, '../../docs/clients.md');
/** Two at a time: each waits for the server most of the time. */
const AT_ONCE = 2;

const seen = new Map<Transport, Map<string, Map<string, Cell>>>();
const absent = withoutPeers(...clients.flatMap(({ programs }) => programs));

function describeClient(client: InteropClient, cells: Map<string, Cell>, worldOf: () => InteropWorld): void {
  describe(client.id, { concurrency: 1 }, () => {
    let place: Place;
    let session: Session;
    before(async () => {
      place = await worldOf().placeFor(client);
      session = await client.open(place);
    });
    after(() => session?.[Symbol.asyncDispose]());
    for (const step of steps) {
      test(step.title, async () => {
        cells.set(step.id, await step.run({ client, session, place, world: worldOf() }));
      });
    }
  });
}

for (const transport of ['http', 'https'] as const) {
  const rows = new Map<string, Map<string, Cell>>();
  seen.set(transport, rows);
  describe(`real clients over ${transport}`, { skip: absent, concurrency: AT_ONCE }, () => {
    let world: InteropWorld;
    before(async () => {
      world = await openInteropWorld(transport);
    });
    after(() => world?.[Symbol.asyncDispose]());
    for (const client of clients) {
      const cells = new Map<string, Cell>();
      rows.set(client.id, cells);
      describeClient(client, cells, () => world);
    }
  });
}

/** A patch of a system's package is no reason to write the page anew. */
function withoutVersions(page: string): string {
  return page.replace(/\| \d+\.\d+(?:\.\d+)? \|/g, '| |');
}

test('docs/clients.md says what was seen, with which versions', { skip: absent }, async () => {
  const versions = new Map(await Promise.all(clients.map(async (each) => [each.id, await versionOf(each)] as const)));
  const page = renderPage(seen, versions);
  if (process.env.ASSAY_TEST_WRITE_DOCS) await writeFile(PAGE, page);
  const kept = await readFile(PAGE, 'utf8');
  assert.equal(withoutVersions(kept), withoutVersions(page), 'run it again with ASSAY_TEST_WRITE_DOCS=1');
  for (const { id, title } of clients) {
    const minor = versions.get(id)?.split('.').slice(0, 2).join('.');
    assert.ok(kept.includes(`| ${title} | ${minor}`), `the page has another version of ${id} than ${minor}`);
  }
});

test('the clients are one each', () => {
  const ids = clients.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});
