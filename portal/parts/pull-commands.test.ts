import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pullReference, pullTools } from './pull-commands.ts';

const digest = `sha256:${'4f'.repeat(32)}`;
const target = { registryHost: 'assay.example', repository: 'golden/node', tag: '24-trixie', digest };

test('a reference has the tag for people and the whole digest for machines', () => {
  assert.equal(pullReference(target), `assay.example/golden/node:24-trixie@${digest}`);
  assert.equal(pullReference({ ...target, tag: null }), `assay.example/golden/node@${digest}`);
});

test('every tool names the whole digest', () => {
  assert.equal(new Set(pullTools.map((tool) => tool.id)).size, pullTools.length);
  for (const tool of pullTools) assert.ok(tool.lines(pullReference(target), target).includes(digest), tool.id);
});
