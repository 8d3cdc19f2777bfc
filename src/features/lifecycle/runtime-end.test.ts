import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DistributionEnd } from './distribution-end.ts';
import { openProducts } from './products.ts';
import { runtimeEndOfLife } from './runtime-end.ts';
import { runtimes } from './runtimes.ts';

const file = join(process.env.ASSAY_TEST_DATA ?? '', 'eol/products-full.json');
const skip = !existsSync(file) && 'ASSAY_TEST_DATA has no eol folder';
const data = skip ? undefined : openProducts(readFileSync(file));
const rhel9: DistributionEnd = { subject: 'Red Hat Enterprise Linux 9', endOfLife: '2032-05-31', known: true };

function endsOf(env: string[], packages: (readonly [purl: string, version: string])[] = [], distribution = rhel9) {
  const found = packages.map(([purl, version]) => ({ purl, version, name: purl.split(/[/@]/).at(-2) ?? '' }));
  const dates = runtimeEndOfLife(data ?? assert.fail(), { env, packages: found, distribution });
  return dates.map((date) => `${date.subject}: ${date.endOfLife}`);
}

const byEnv: readonly (readonly [string, string])[] = [
  ['NODE_VERSION=20.11.1', 'Node.js 20: 2026-04-30'],
  ['PYTHON_VERSION=3.11.4', 'Python 3.11: 2027-10-31'],
  ['JAVA_VERSION=jdk-21.0.5+11', 'Eclipse Temurin 21: 2029-12-31'],
  ['JAVA_VERSION=17.0.2', 'Eclipse Temurin 17: 2027-10-31'],
  ['JAVA_VERSION=8u392', 'Eclipse Temurin 8: 2030-12-31'],
  ['GOLANG_VERSION=1.22.3', 'Go 1.22: 2025-02-11'],
  ['GOLANG_VERSION=1.27.0', 'Go 1.27: null'],
  ['PHP_VERSION=8.2.7', 'PHP 8.2: 2026-12-31'],
  ['RUBY_VERSION=3.3.0', 'Ruby 3.3: 2027-03-31'],
  ['DOTNET_VERSION=8.0.1', 'Microsoft .NET 8: 2026-11-10'],
  ['NGINX_VERSION=1.27.0', 'nginx 1.27: 2025-06-24'],
];

for (const [env, end] of byEnv) {
  test(`${env} means ${end}`, { skip }, () => {
    assert.deepEqual(endsOf([env, 'PATH=/usr/bin', 'BROKEN']), [end]);
  });
}

const byPackage: readonly (readonly [purl: string, version: string, end: string])[] = [
  ['pkg:generic/node@18.1.0', '18.1.0', 'Node.js 18: 2025-04-30'],
  ['pkg:rpm/redhat/python3@3.9.18-1.el9', '3.9.18-1.el9', 'Python 3.9 (in Red Hat Enterprise Linux 9): 2032-05-31'],
  [
    'pkg:rpm/redhat/java-17-openjdk-headless@1',
    '1:17.0.9',
    'Eclipse Temurin 17 (in Red Hat Enterprise Linux 9): 2032-05-31',
  ],
  ['pkg:rpm/amzn/java-17-amazon-corretto-headless@1', '1:17.0.9+8', 'Amazon Corretto 17: 2029-10-31'],
  ['pkg:deb/debian/temurin-17-jre@17', '17.0.9.0.0+9', 'Eclipse Temurin 17: 2027-10-31'],
  ['pkg:deb/debian/nodejs@18', '18.19.0-1nodesource1', 'Node.js 18: 2025-04-30'],
  ['pkg:deb/debian/nginx@1.27', '1.27.0-1~bookworm', 'nginx 1.27: 2025-06-24'],
  [
    'pkg:apk/alpine/openjdk21-jre@21',
    '21.0.5_p11-r0',
    'Eclipse Temurin 21 (in Red Hat Enterprise Linux 9): 2032-05-31',
  ],
];

for (const [purl, version, end] of byPackage) {
  test(`${purl.slice(4)} means ${end}`, { skip }, () => {
    assert.deepEqual(endsOf([], [[purl, version]]), [end]);
  });
}

test('where the distribution is unknown, its package is judged by the makers date', { skip }, () => {
  const unknown: DistributionEnd = { subject: 'Homemade', endOfLife: null, known: false };
  assert.deepEqual(endsOf([], [['pkg:deb/homemade/python3.9@3.9', '3.9.2-1']], unknown), ['Python 3.9: 2025-10-31']);
});

test('a library of the same name is no runtime', { skip }, () => {
  const libraries = ['pkg:npm/node@18.0.0', 'pkg:pypi/python@3.7', 'pkg:gem/ruby@2.0', 'pkg:golang/nginx@1.20'];
  assert.deepEqual(
    endsOf(
      [],
      libraries.map((purl) => [purl, '18.0.0'] as const),
    ),
    [],
  );
});

test('each release is named once, the earliest end first', { skip }, () => {
  const ends = endsOf(
    ['NODE_VERSION=24.1.0', 'PYTHON_VERSION=3.12.1'],
    [
      ['pkg:generic/node@24.1.0', '24.1.0'],
      ['pkg:generic/node@20.1.0', '20.1.0'],
    ],
  );
  assert.deepEqual(ends, ['Node.js 20: 2026-04-30', 'Node.js 24: 2028-04-30', 'Python 3.12: 2028-10-31']);
});

test('every runtime is a product of the published data', { skip }, () => {
  const unknown = runtimes.filter((runtime) => data?.label(runtime.product) === undefined);
  assert.deepEqual(unknown, []);
});
