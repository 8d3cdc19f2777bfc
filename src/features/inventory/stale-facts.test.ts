import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileCataloger } from './cataloger.ts';
import { npm } from './catalogers/npm.ts';
import { python } from './catalogers/python.ts';
import { versionsOf } from './read-layer.ts';
import { sampleFacts, sampleHashes } from './sample-facts.ts';
import { renewFacts, stalenessOf } from './stale-facts.ts';

const catalogers = [npm, python];
const facts = sampleFacts({
  catalogers: versionsOf(catalogers),
  hashes: sampleHashes({ 'app/node_modules/a/package.json': '{}' }),
  packages: [
    { cataloger: 'npm', path: 'app/node_modules/a/package.json', packages: [] },
    { cataloger: 'python', path: 'x.dist-info/METADATA', packages: [] },
  ],
  problems: [
    { code: 'file-damaged', message: 'of npm', path: 'a', layer: null, by: 'npm' },
    { code: 'ambiguous-entry', message: 'of the layer', path: 'a', layer: null },
  ],
});
const raised = (cataloger: FileCataloger): FileCataloger => ({ ...cataloger, version: cataloger.version + 1 });

test('what was read by the present versions is not stale', () => {
  assert.equal(stalenessOf(facts, catalogers, undefined)?.outdated.size, 0);
});

test('a raised version is read again only where it wants something', () => {
  const wanted = stalenessOf(facts, [raised(npm), python], undefined);
  assert.deepEqual([wanted?.catalogers.map(({ id }) => id), [...(wanted?.outdated ?? [])]], [['npm'], ['npm']]);
  const unwanted = stalenessOf(facts, [npm, raised(python)], undefined);
  assert.deepEqual([unwanted?.catalogers, [...(unwanted?.outdated ?? [])]], [[], ['python']]);
});

test('renewed facts keep what the others found, and drop what an outdated cataloger found and complained of', () => {
  const stale = stalenessOf(facts, [raised(npm), python], undefined);
  assert.ok(stale);
  const again = { cataloger: 'npm', path: 'app/node_modules/a/package.json', packages: [] };
  const problem = { code: 'file-too-large', message: 'now of npm', path: 'a', layer: null, by: 'npm' };
  const twice = { code: 'ambiguous-entry', message: 'of the layer', path: 'a', layer: null };
  const fresh = sampleFacts({ packages: [again], problems: [problem, twice] });
  const renewed = renewFacts(facts, stale, { npm: 2 }, fresh);
  assert.deepEqual(
    renewed.packages.map(({ cataloger }) => cataloger),
    ['python', 'npm'],
  );
  assert.deepEqual(
    renewed.problems.map(({ message }) => message),
    ['of the layer', 'now of npm'],
  );
  assert.deepEqual(renewed.catalogers, { npm: 2 });
});
