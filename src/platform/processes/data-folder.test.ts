import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '#testkit/temporary.ts';
import { openDataFolder } from './data-folder.ts';

test('a data folder is made for its owner only, and has one user at a time', async () => {
  await using temporary = await temporaryFolder();
  const path = join(temporary.path, 'a', 'data');
  const first = openDataFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.throws(
    () => openDataFolder(path),
    new RegExp(`another Assay \\(process ${process.pid}\\) is using it; stop that one, or set ASSAY_DATA`),
  );
  first[Symbol.dispose]();
  openDataFolder(path)[Symbol.dispose]();
});

test('a folder whose user was killed is free', async () => {
  await using temporary = await temporaryFolder();
  const program = `
    import { openDataFolder } from '#platform/processes/data-folder.ts';
    openDataFolder(${JSON.stringify(temporary.path)});
    console.log('open');
    setInterval(() => undefined, 1000);`;
  const user = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(user.stdout, 'data');
  assert.throws(() => openDataFolder(temporary.path), /another Assay/);
  user.kill('SIGKILL');
  await once(user, 'exit');
  openDataFolder(temporary.path)[Symbol.dispose]();
});

test('a folder that a newer version wrote is refused', async () => {
  await using temporary = await temporaryFolder();
  writeFileSync(join(temporary.path, 'format'), '2\n');
  assert.throws(
    () => openDataFolder(temporary.path),
    /a newer version of Assay wrote it \(format 2, this one knows 1\)/,
  );
});

test('a folder that cannot be made says what to do', async () => {
  await using temporary = await temporaryFolder();
  writeFileSync(join(temporary.path, 'file'), '');
  assert.throws(() => openDataFolder(join(temporary.path, 'file', 'data')), /^AppError: cannot use the data folder/);
});
