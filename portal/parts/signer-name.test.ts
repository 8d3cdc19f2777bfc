import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signerName } from './signer-name.ts';

test('a signer is called by its common name', () => {
  assert.equal(signerName('CN=Assay development signer,O=Assay development,C=ZZ'), 'Assay development signer');
  assert.equal(signerName('O=Wabbit, CN=golden\\, 2026'), 'golden, 2026');
  assert.equal(signerName('golden-2026'), 'golden-2026');
  assert.equal(signerName('O=XCN=none'), 'O=XCN=none');
});
