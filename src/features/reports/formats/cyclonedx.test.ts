import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReportInput, packageOf } from '#testkit/report-input.ts';
import { cyclonedxValidator } from '#testkit/schemas.ts';
import type { ReportInput } from '../report.ts';
import { cyclonedx } from './cyclonedx.ts';

const validate = cyclonedxValidator();
const input = createReportInput();

function render(changed: ReportInput) {
  return JSON.parse(Buffer.from(cyclonedx.render(changed)).toString());
}

interface Property {
  readonly name: string;
  readonly value: string;
}

function propertyOf(component: { properties: Property[] }, name: string): string[] {
  return component.properties.filter((property) => property.name === name).map((property) => property.value);
}

const bom = render(input);

test('the bill is valid by the official schema, full or empty', () => {
  assert.deepEqual(validate(bom), []);
  assert.deepEqual(validate(render({ ...input, platforms: [] })), []);
});

test('every package is a component with its purl and what is needed to match it again', () => {
  const openssl = bom.components.filter((component: { name: string }) => component.name === 'openssl');
  assert.deepEqual(
    openssl.map((component: { purl: string }) => component.purl),
    [
      'pkg:deb/debian/openssl@1:3.0.9-1?arch=amd64&distro=debian-12',
      'pkg:deb/debian/openssl@1:3.0.9-1?arch=arm64&distro=debian-12',
    ],
  );
  assert.deepEqual(propertyOf(openssl[0], 'assay:source:version'), ['3.0.9-1']);
  assert.deepEqual(propertyOf(openssl[0], 'assay:epoch'), ['1']);
  assert.deepEqual(propertyOf(openssl[0], 'assay:platform'), ['linux/amd64']);
  assert.equal(bom.components[0].type, 'operating-system');
  const lodash = bom.components.filter((component: { name: string }) => component.name === 'lodash');
  assert.equal(lodash.length, 1);
  assert.deepEqual(propertyOf(lodash[0], 'assay:platform'), ['linux/amd64', 'linux/arm64']);
});

test('references are unique and every affected component exists', () => {
  const references = bom.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
  assert.equal(new Set(references).size, references.length);
  for (const vulnerability of bom.vulnerabilities) {
    assert.ok(vulnerability.affects.length > 0);
    for (const { ref } of vulnerability.affects) assert.ok(references.includes(ref));
  }
});

test('a vulnerability has rating, advice and its advisory; an accepted one says who took the risk', () => {
  const [first, , accepted] = bom.vulnerabilities;
  assert.deepEqual(first.ratings, [{ score: 9.8, severity: 'critical' }]);
  assert.equal(first.recommendation, 'Update to 1:3.0.10-1.');
  assert.deepEqual(propertyOf(first, 'assay:advisory'), ['DSA-5500-1']);
  assert.deepEqual(propertyOf(first, 'assay:known-exploited-since'), ['2023-10-01']);
  assert.equal(accepted.analysis.state, 'exploitable');
  assert.match(accepted.analysis.detail, /^Accepted by ana until 2027-01-01 \(SEC-1\): the function/);
});

test('what was left unread makes the bill incomplete, and each problem is named', () => {
  assert.equal(bom.compositions[0].aggregate, 'incomplete');
  assert.equal(propertyOf(bom.metadata, 'assay:problem').length, 2);
  assert.equal(render({ ...input, platforms: input.platforms.slice(0, 1) }).compositions, undefined);
});

test('the serial number follows the content, and the order of the input changes nothing', () => {
  const turned = {
    ...input,
    platforms: input.platforms.map((platform) => ({ ...platform, packages: [...platform.packages].reverse() })),
  };
  assert.deepEqual(cyclonedx.render(turned), cyclonedx.render(input));
  assert.match(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(render({ ...input, toolVersion: '9' }).serialNumber, bom.serialNumber);
});

test('packages without a purl or with the same one keep references of their own', () => {
  const [platform] = input.platforms;
  assert.ok(platform);
  const packages = [
    packageOf('a', '1', { purl: '' }),
    packageOf('b', '1', { purl: 'pkg:generic/b@1', module: 'x:1' }),
    packageOf('b', '1', { purl: 'pkg:generic/b@1', module: 'x:2' }),
  ];
  const rendered = render({ ...input, platforms: [{ ...platform, packages, findings: [] }] });
  assert.deepEqual(validate(rendered), []);
  const references = rendered.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
  assert.deepEqual(references.slice(1), ['package:Debian:12/a@1', 'pkg:generic/b@1', 'pkg:generic/b@1#2']);
});
