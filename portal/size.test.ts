import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const dist = join(import.meta.dirname, 'dist');
const isBuilt = existsSync(join(dist, 'index.html'));

/** What the first page may weigh on the wire, fonts included. */
const BUDGET_BYTES = 200_000;

/** The files that a page names, and what those load before anything shows. */
function closureOf(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    if (!name.endsWith('.js')) continue;
    const text = readFileSync(join(dist, 'assets', name), 'utf8');
    for (const [, other] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) if (other) open.push(other);
  }
  return found;
}

function wireBytes(name: string): number {
  const path = join(dist, 'assets', name);
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}

test('the catalog stays within 200 kB on the wire', { skip: isBuilt ? false : 'the portal is not built' }, () => {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const named = [...page.matchAll(/\/assets\/([\w.-]+)/g)].map(([, name = '']) => name);
  const main = named.find((name) => name.startsWith('index-') && name.endsWith('.js')) ?? '';
  const chunk = /catalog-[\w-]+\.js/.exec(readFileSync(join(dist, 'assets', main), 'utf8'))?.[0];
  assert.ok(chunk, 'the catalog is a chunk of its own');
  const entry = readFileSync(join(dist, 'assets', main), 'utf8');
  const styles = [...entry.matchAll(/assets\/(catalog-[\w-]+\.css|severity-[\w-]+\.css)/g)].map(
    ([, name = '']) => name,
  );
  const mono = /geist-mono[\w-]+\.woff2/.exec(
    readFileSync(join(dist, 'assets', named.find((name) => name.endsWith('.css')) ?? ''), 'utf8'),
  )?.[0];
  const files = [...closureOf([...named, chunk, ...styles, ...(mono ? [mono] : [])])];
  const weights = files
    .map((name) => `${wireBytes(name)} ${name}`)
    .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  const total = files.reduce((sum, name) => sum + wireBytes(name), 0);
  assert.ok(total < BUDGET_BYTES, `${total} bytes:\n${weights.join('\n')}`);
});

test('nothing is fetched from outside', { skip: isBuilt ? false : 'the portal is not built' }, () => {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /(?:src|href)="https?:/);
});
