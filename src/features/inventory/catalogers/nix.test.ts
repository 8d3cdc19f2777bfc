import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { nix } from './nix.ts';
import { noProblem, treeOf } from './sample-tree.ts';

const a = '0c7c96gikmzv87i7lv3vq5s1cmfjd6zf';
const b = '1c7c96gikmzv87i7lv3vq5s1cmfjd6zf';

function databaseOf(rows: readonly (readonly [path: string, deriver: string | null])[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'assay-nix-'));
  try {
    const file = join(folder, 'db.sqlite');
    const db = new DatabaseSync(file);
    db.exec(`create table ValidPaths (id integer primary key autoincrement not null, path text unique not null,
      hash text not null, registrationTime integer not null, deriver text, narSize integer)`);
    const insert = db.prepare('insert into ValidPaths (path, hash, registrationTime, deriver) values (?, ?, 1, ?)');
    for (const [path, deriver] of rows) insert.run(path, 'sha256:x', deriver);
    db.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the store alone gives the packages', async () => {
  const tree = treeOf({ [`nix/store/${a}-glibc-2.38-44/lib/libc.so.6`]: '', [`nix/store/${b}-builder.sh`]: '' });
  assert.deepEqual(await nix.read(tree, null, noProblem), [
    {
      name: 'glibc',
      version: '2.38-44',
      ecosystem: '',
      purl: `pkg:nix/glibc@2.38-44?outputhash=${a}`,
      path: `nix/store/${a}-glibc-2.38-44`,
    },
  ]);
});

test('the database tells by what derivation a path was built', async () => {
  const database = databaseOf([
    [`/nix/store/${a}-gcc-13.2.0-lib`, `/nix/store/${b}-gcc-13.2.0.drv`],
    [`/nix/store/${b}-gone-1.0`, null],
  ]);
  const files = { [`nix/store/${a}-gcc-13.2.0-lib/lib/x`]: '', 'nix/var/nix/db/db.sqlite': database };
  const packages = await nix.read(treeOf(files), null, noProblem);
  assert.deepEqual(
    packages.map((found) => found.purl),
    [`pkg:nix/gcc@13.2.0?drvpath=${b}-gcc-13.2.0.drv&output=lib&outputhash=${a}`],
  );
});

test('a damaged database is a problem, and the store is read', async () => {
  const problems: string[] = [];
  const files = { [`nix/store/${a}-glibc-2.38/lib/x`]: '', 'nix/var/nix/db/db.sqlite': 'broken' };
  const packages = await nix.read(treeOf(files), null, ({ code }) => problems.push(code));
  assert.deepEqual([packages.length, problems], [1, ['database-damaged']]);
});
