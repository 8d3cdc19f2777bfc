import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListedFolders } from './listed-folders.ts';
import { sampleFacts, sampleHashes } from './sample-facts.ts';

const names = (folders: ListedFolders) => folders.entries('nix/store').map(({ name, layer }) => `${name} ${layer}`);
const files = (...paths: string[]) => sampleHashes(Object.fromEntries(paths.map((path) => [path, ''])));

test('a folder has the names that layers put into it, without those that later layers removed', () => {
  const folders = new ListedFolders(['nix/store']);
  folders.add(sampleFacts({ diffId: '0', hashes: files('nix/store/a/bin/x', 'nix/store/b', 'nix/storeroom/c') }));
  folders.add(
    sampleFacts({ diffId: '1', directories: ['nix/store', 'nix/store/d'], symlinks: [['nix/store/e', 'd']] }),
  );
  assert.deepEqual(names(folders), ['a 0', 'b 0', 'd 1', 'e 1']);
  folders.add(sampleFacts({ diffId: '2', whiteouts: ['nix/store/a', 'nix/store/b/x', 'nix/other'] }));
  assert.deepEqual(names(folders), ['b 0', 'd 1', 'e 1']);
  folders.add(sampleFacts({ diffId: '3', opaque: ['nix'], hashes: files('nix/store/f/x') }));
  assert.deepEqual(names(folders), ['f 3']);
  folders.add(sampleFacts({ diffId: '4', whiteouts: ['nix'] }));
  assert.deepEqual(names(folders), []);
});
