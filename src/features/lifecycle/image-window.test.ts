import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageWindow } from './image-window.ts';
import { openProducts } from './products.ts';

const product = (name: string, label: string, category: string, release: string, eolFrom: string) => ({
  name,
  label,
  category,
  releases: [{ name: release, eolFrom }],
});
const products = openProducts(
  Buffer.from(
    JSON.stringify({
      result: [
        product('alpine-linux', 'Alpine Linux', 'os', '3.20', '2026-04-01'),
        product('nodejs', 'Node.js', 'lang', '20', '2026-04-30'),
      ],
    }),
  ),
);
const alpine = {
  distribution: { id: 'alpine', versionId: '3.20.3', name: 'Alpine Linux', like: [] },
  packages: [],
  env: ['NODE_VERSION=20.1.0'],
};
const homemade = { ...alpine, distribution: { id: 'homemade', versionId: '1', name: 'Homemade', like: [] }, env: [] };

test('the earliest of all dates decides, and every platform is heard once', () => {
  const window = imageWindow({ products, platforms: [alpine, alpine], ownerDate: '2027-01-01' });
  assert.deepEqual(window.decidedBy, { source: 'distribution', subject: 'Alpine Linux 3.20', endOfLife: '2026-04-01' });
  assert.deepEqual(
    window.dates.map((date) => `${date.source} ${date.endOfLife}`),
    ['distribution 2026-04-01', 'runtime 2026-04-30', 'owner 2027-01-01'],
  );
});

test('a lifecycle artifact and an owner are heard without end-of-life data too', () => {
  const window = imageWindow({
    products: undefined,
    platforms: [alpine],
    lifecycleDate: '2026-01-01',
    ownerDate: null,
  });
  assert.deepEqual([window.known, window.endOfLife, window.decidedBy?.source], [true, '2026-01-01', 'artifact']);
});

test('nothing known is said to be unknown', () => {
  assert.equal(imageWindow({ products, platforms: [homemade] }).known, false);
  assert.equal(imageWindow({ products: undefined, platforms: [] }).known, false);
});
