import assert from 'node:assert/strict';
import { test } from 'node:test';
import { npm } from './catalogers/npm.ts';
import { coalesce } from './coalesce.ts';
import type { LayerFacts } from './layer-facts.ts';
import { removedPackages } from './removed-packages.ts';
import { sampleFacts } from './sample-facts.ts';

function layer(diffId: string, modules: readonly string[], parts: Partial<LayerFacts> = {}): LayerFacts {
  const packages = modules.map((each) => {
    const [name = '', version = ''] = each.split('@');
    const path = `app/node_modules/${name}/package.json`;
    const found = { name, version, ecosystem: 'npm', purl: `pkg:npm/${each}`, path };
    return { cataloger: 'npm', path, packages: [found] };
  });
  const hashes = packages.map(({ path }) => ({ path, sha256: '', sizeBytes: 0 }));
  return sampleFacts({ diffId, packages, hashes, ...parts });
}

async function removed(...layers: LayerFacts[]): Promise<string[]> {
  const found = await removedPackages([npm], layers, await coalesce([npm], layers));
  return found.map((each) => `${each.package.name}@${each.package.version} by ${each.removedIn}`).sort();
}

test('what a later layer takes away, replaces or hides is kept as removed by that layer', async () => {
  assert.deepEqual(await removed(layer('0', ['a@1', 'b@1'])), []);
  assert.deepEqual(await removed(layer('0', ['a@1']), layer('1', ['b@1'])), []);
  const whiteout = layer('1', [], { whiteouts: ['app/node_modules/a'] });
  assert.deepEqual(await removed(layer('0', ['a@1', 'b@1']), whiteout), ['a@1 by 1']);
  assert.deepEqual(await removed(layer('0', ['a@1']), layer('1', ['a@2']), layer('2', ['a@3'])), [
    'a@1 by 1',
    'a@2 by 2',
  ]);
  const file = sampleFacts({ diffId: '1', hashes: [{ path: 'app/node_modules', sha256: '', sizeBytes: 0 }] });
  assert.deepEqual(await removed(layer('0', ['a@1']), file), ['a@1 by 1']);
});

test('what comes back is not removed', async () => {
  const whiteout = layer('1', [], { whiteouts: ['app/node_modules/a'] });
  assert.deepEqual(await removed(layer('0', ['a@1']), whiteout, layer('2', ['a@1'])), []);
});
