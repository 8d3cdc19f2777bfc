import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '#testkit/temporary.ts';
import { bundleProgram } from './bundle-program.ts';
import { isPresent, prepareProgram, readPrepared } from './prepared-program.ts';

test('modules in one file do the same, and are made anew when a source changes', async () => {
  await using folder = await temporaryFolder();
  const [input, part, cache] = ['input.ts', 'part.ts', 'cache'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(part, "export const word: string = 'first';\n");
  writeFileSync(input, "import { word } from './part.ts';\nconsole.log(word);\n");
  for (const path of [input, part]) utimesSync(path, 1_700_000_000, 1_700_000_000);
  const entry = await bundleProgram(input, cache, folder.path);
  assert.equal(execFileSync(process.execPath, [entry], { encoding: 'utf8' }), 'first\n');
  const prepared = readPrepared(cache);
  assert.ok(prepared && isPresent(prepared));
  assert.equal(prepared.entry, entry);
  assert.ok(prepared.inputs.some(([path]) => path === part));
  writeFileSync(part, "export const word: string = 'other';\n");
  assert.ok(!isPresent(prepared), 'a source of the same length has another time');
});

test('what was made while a source was written is used once and not kept', async () => {
  await using folder = await temporaryFolder();
  const input = join(folder.path, 'input.ts');
  writeFileSync(input, 'console.log(1);\n');
  utimesSync(input, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
  const entry = await bundleProgram(input, join(folder.path, 'cache'), folder.path);
  assert.ok(existsSync(entry));
  assert.equal(readPrepared(join(folder.path, 'cache')), undefined);
});

test('where nothing can be written the sources are run as they are', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  assert.equal(await prepareProgram(join(file, 'cache')), undefined);
});

test('the scan command is prepared once', async () => {
  await using folder = await temporaryFolder();
  const first = await prepareProgram(folder.path);
  assert.ok(first !== undefined);
  const { run } = (await import(pathToFileURL(first).href)) as typeof import('./run.ts');
  assert.equal(typeof run, 'function');
});
