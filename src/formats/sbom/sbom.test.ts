import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSbom } from './sbom.ts';

const parse = (value: unknown) => parseSbom(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

test('CycloneDX gives its components, nested ones too, and the operating system', () => {
  const sbom = parse({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [
      { type: 'operating-system', name: 'debian', version: '12' },
      {
        type: 'library',
        name: 'libc6',
        purl: 'pkg:deb/debian/libc6@2.36-9',
        licenses: [{ license: { id: 'LGPL-2.1' } }, { license: { name: 'other' } }],
        properties: [{ name: 'aquasecurity:trivy:SrcName', value: 'glibc' }],
        components: [{ type: 'library', purl: 'pkg:npm/a@1', licenses: [{ expression: 'MIT OR ISC' }] }],
      },
      { type: 'library', name: 'without' },
      'nonsense',
    ],
  });
  assert.deepEqual(sbom, {
    system: { id: 'debian', versionId: '12' },
    packages: [
      { purl: 'pkg:deb/debian/libc6@2.36-9', licenses: ['LGPL-2.1', 'other'], sourceName: 'glibc' },
      { purl: 'pkg:npm/a@1', licenses: ['MIT OR ISC'] },
    ],
  });
});

test('SPDX gives its packages, in each of its forms', () => {
  const reference = { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:npm/a@1' };
  const json = {
    spdxVersion: 'SPDX-2.3',
    packages: [
      { name: 'a', licenseDeclared: 'MIT', licenseConcluded: 'NOASSERTION', externalRefs: [reference] },
      { name: 'b', externalRefs: [{ ...reference, referenceType: 'cpe23Type' }] },
    ],
  };
  const text = `SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n\nPackageName: a\nPackageLicenseDeclared: MIT\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n\nPackageName: b\n\nFileName: ./x\nExternalRef: PACKAGE-MANAGER purl pkg:npm/no@1\n`;
  const third = {
    '@graph': [{ type: 'SpdxDocument' }, { type: 'software_Package', name: 'a', software_packageUrl: 'pkg:npm/a@1' }],
  };
  assert.deepEqual(parse(`\ufeff# a comment\n#another\n\n${text}`)?.packages, parse(text)?.packages);
  assert.deepEqual(parse(json)?.packages, [{ purl: 'pkg:npm/a@1', licenses: ['MIT'] }]);
  assert.deepEqual(parse(text)?.packages, [{ purl: 'pkg:npm/a@1', licenses: ['MIT'] }]);
  assert.deepEqual(parse(third)?.packages, [{ purl: 'pkg:npm/a@1', licenses: [] }]);
});

test('what is no bill of materials is none; broken JSON says so', () => {
  for (const value of [{}, { name: 'x' }, 'plain text', '', 'MIT License\n']) assert.equal(parse(value), undefined);
  assert.equal(parse('# '.repeat(2000)), undefined);
  assert.throws(() => parse('{"bomFormat":'), { code: 'unusable-input' });
  assert.throws(() => parse('{"a":'.repeat(100)), { code: 'limit-reached' });
});
