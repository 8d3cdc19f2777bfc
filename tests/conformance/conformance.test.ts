import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { listDeletions, ruleBook } from '#features/registry/index.ts';
import { withoutPeers } from '#testkit/peers.ts';
import { everything, startRegistry } from '#testkit/registry.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { type ConformanceResult, FOLDERS, runConformance } from './official-run.ts';
import { startForConformance } from './product-under-test.ts';

const KEPT = join(import.meta.dirname, '../../docs/conformance');

function isWhole({ outcome, counts, shortcomings }: ConformanceResult): void {
  assert.deepEqual(shortcomings, [], outcome.stdout);
  assert.deepEqual({ ...counts, tests: 0 }, { tests: 0, failures: 0, errors: 0, skipped: 0 });
  assert.ok(counts.tests > 800, `${counts.tests} tests`);
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
}

describe('the official conformance program of OCI distribution', { skip: withoutPeers('conformance') }, () => {
  const repositories = ['conformance/repo1', 'conformance/repo2'] as const;
  for (const who of ['a user', 'nobody in particular']) {
    test(`finds no fault in the registry alone over plain HTTP as ${who}`, async () => {
      await using folder = await temporaryFolder();
      await using registry = await startRegistry({ anonymous: () => who !== 'a user' });
      const person = who === 'a user' ? { person: everything } : {};
      isWhole(
        await runConformance({ host: registry.host, repositories, version: 'dev', folder: folder.path, ...person }),
      );
    });
  }

  test('finds no fault where what is deleted may come back', async () => {
    await using folder = await temporaryFolder();
    const book = ruleBook([{ place: '*', rules: { undelete: { days: 7 } } }]);
    await using registry = await startRegistry({ deps: { rules: { read: async () => book, recent: () => book } } });
    const target = { host: registry.host, repositories, folder: folder.path, person: everything };
    isWhole(await runConformance({ ...target, version: 'dev' }));
    const rows = await listDeletions(registry.db, { now: new Date(), limit: 1000 });
    assert.ok(rows.length > 10, `${rows.length} deletions`);
  });

  for (const version of ['1.1', 'dev'] as const) {
    test(`finds no fault in the product over TLS by version ${version}, as the kept results say`, async () => {
      await using product = await startForConformance();
      isWhole(await runConformance({ ...product.target, version }));
      const [fresh, kept] = await Promise.all(
        [join(product.target.folder, 'results'), join(KEPT, FOLDERS[version])].map(async (folder) =>
          parse(await readFile(join(folder, 'results.yaml'), 'utf8')),
        ),
      );
      const facts = ({ config, apis, data }: typeof kept) => [config.apis, config.data, config.version, apis, data];
      assert.deepEqual(facts(fresh), facts(kept), 'run: node tests/conformance/write-results.ts');
    });
  }
});
