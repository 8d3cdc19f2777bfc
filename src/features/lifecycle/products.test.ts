import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openProducts } from './products.ts';

function productsOf(releases: unknown[], rest: object = {}) {
  const result = [{ name: 'thing', label: 'Thing', category: 'os', releases }, rest];
  return openProducts(Buffer.from(JSON.stringify({ schema_version: '1.2.0', generated_at: '2026-08-22', result })));
}

const cases: readonly (readonly [what: string, release: object, endOfLife: string | null | undefined])[] = [
  ['a date', { name: '1', eolFrom: '2026-04-01', isEol: true }, '2026-04-01'],
  ['a date with a time', { name: '1', eolFrom: '2026-04-01T00:00:00Z' }, '2026-04-01'],
  ['not ended', { name: '1', eolFrom: null, isEol: false }, null],
  ['not ended, without a date field', { name: '1', isEol: false }, null],
  [
    'ended, no date, a last version',
    { name: '1', isEol: true, latest: { name: '1.2', date: '2020-02-02' } },
    '2020-02-02',
  ],
  ['ended, no date, a release date', { name: '1', isEol: true, releaseDate: '2019-01-01', latest: null }, '2019-01-01'],
  ['ended, nothing else', { name: '1', isEol: true }, undefined],
  ['nothing said', { name: '1' }, undefined],
  ['a date that is none', { name: '1', eolFrom: 'soon' }, undefined],
  ['a day that does not exist', { name: '1', eolFrom: '2026-02-31' }, undefined],
];

for (const [what, release, endOfLife] of cases) {
  test(`a release with ${what} ${endOfLife === undefined ? 'is not known' : `ends ${endOfLife ?? 'never, so far'}`}`, () => {
    assert.equal(productsOf([release]).find('thing', '1')?.endOfLife, endOfLife);
  });
}

test('a version belongs to the longest release name that it starts with, in whole parts', () => {
  const releases = ['3', '3.2', '3.20'].map((name) => ({ name, eolFrom: '2026-04-01' }));
  const data = productsOf(releases);
  for (const [version, name] of [
    ['3.20.3', '3.20'],
    ['3.2', '3.2'],
    ['3.21', '3'],
    ['3', '3'],
  ] as const)
    assert.equal(data.find('thing', version)?.subject, `Thing ${name}`, version);
  for (const version of ['30', '4', '', 'x'.repeat(100_000), '3'.repeat(50)])
    assert.equal(data.find('thing', version), undefined);
  assert.equal(data.find('__proto__', '3'), undefined);
});

test('what is broken is left out and counted', () => {
  const data = productsOf([{ name: 1 }, 'x', { name: '1', eolFrom: '2026-04-01' }], { name: 'other' });
  assert.equal(data.size, 1);
  assert.equal(data.skipped, 3);
  assert.equal(data.find('thing', '1.5')?.endOfLife, '2026-04-01');
});

for (const [what, text] of [
  ['not JSON', '<html>'],
  ['another document', '{"products":[]}'],
  ['a list', '[]'],
  ['empty', '{"result":[]}'],
  ['too deep', `{"result":${'['.repeat(100)}${']'.repeat(100)}}`],
] as const) {
  test(`data that is ${what} is refused`, () => {
    assert.throws(() => openProducts(Buffer.from(text)), /cannot read end-of-life data/);
  });
}

const file = join(process.env.ASSAY_TEST_DATA ?? '', 'eol/products-full.json');
test('the published data is read whole', { skip: !existsSync(file) && 'ASSAY_TEST_DATA has no eol folder' }, () => {
  const data = openProducts(readFileSync(file));
  assert.equal(data.skipped, 0);
  assert.ok(data.size > 400);
  assert.deepEqual(data.find('alpine-linux', '3.20.3'), { subject: 'Alpine Linux 3.20', endOfLife: '2026-04-01' });
  assert.deepEqual(data.find('go', '1.27.1'), { subject: 'Go 1.27', endOfLife: null });
});
