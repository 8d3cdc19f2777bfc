import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { channels } from './index.ts';

for (const [id, channel] of Object.entries(channels)) {
  test(`channel ${id} is named as its file and has a test`, () => {
    assert.equal(channel.id, id);
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    for (const file of [`${id}.ts`, `${id}.test.ts`]) assert.ok(existsSync(new URL(file, import.meta.url)), file);
  });
}
