import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { version } from '#kernel/version.ts';
import { renderCliReference } from './reference.ts';

const root = join(import.meta.dirname, '../../..');

test('docs/cli.md says what the commands say', async () => {
  const written = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  assert.equal(written, await renderCliReference(), 'run: node src/surfaces/cli/write-reference.ts');
});

test('the program has the version of its package', () => {
  const { version: packaged } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  assert.equal(version, packaged);
});
