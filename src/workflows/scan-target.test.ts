import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import { openImageSource } from '#platform/images/open-image-source.ts';
import { testData, withoutData } from '#testkit/peers.ts';
import { type ScannedTarget, scanTarget } from './scan-target.ts';

/** Per platform: distribution, packages by ecosystem, codes of problems, and findings where there are advisories. */
type Expected = readonly [
  platform: string,
  distribution: string | null,
  packages: Readonly<Record<string, number>>,
  problems: readonly string[],
  findings?: number,
];

const images: Readonly<Record<string, readonly Expected[]>> = {
  'almalinux-8.9-micro-s390x.oci.tar': [['linux/s390x', 'almalinux 8.9', { 'AlmaLinux:8': 19 }, [], 33]],
  'almalinux-9.3-micro-arm64.oci.tar': [['linux/arm64', 'almalinux 9.3', { 'AlmaLinux:9': 22 }, [], 29]],
  'alpine-3.10.docker.tar.gz': [['linux/amd64', 'alpine 3.10.4', { 'Alpine:v3.10': 14 }, []]],
  'alpine-3.18.9-amd64.oci.tar': [['linux/amd64', 'alpine 3.18.9', { 'Alpine:v3.18': 15 }, []]],
  'alpine-3.20.3.oci.tar': [
    ['linux/amd64', 'alpine 3.20.3', { 'Alpine:v3.20': 14 }, []],
    ['linux/arm64', 'alpine 3.20.3', { 'Alpine:v3.20': 14 }, []],
  ],
  'alpine-3.7.3-amd64.oci.tar': [['linux/amd64', 'alpine 3.7.3', { 'Alpine:v3.7': 13 }, []]],
  'busybox-with-attestation.oci.tar': [['linux/arm64', null, {}, ['no-packages']]],
  // Reduced archives: layers were taken out, and the others hold less than their names say.
  'debian-10-nginx.docker.tar': [['linux/amd64', 'debian 10', { 'Debian:10': 84 }, ['layer-missing']]],
  'debian-8-node.docker.tar': [['linux/amd64', 'debian 8', { 'Debian:8': 381 }, ['layer-missing']]],
  'java-nested-war.docker.tar': [['linux/amd64', null, { Maven: 5 }, []]],
  'java-uberjar.docker.tar': [['linux/amd64', null, { Maven: 3 }, []]],
  'node-app-npm.oci.tar': [['linux/amd64', 'alpine 3.19.1', { 'Alpine:v3.19': 15, npm: 64 }, []]],
  'node-app-pnpm.oci.tar': [['linux/arm64', 'alpine 3.18.12', { 'Alpine:v3.18': 15 }, []]],
  'whiteouts-14-layers.docker.tar': [['linux/amd64', null, {}, ['no-packages']]],
  'zstd-layers.oci.tar': [['linux/arm64', null, {}, ['no-packages']]],
};

function describe({ image, distribution, packages, problems, matches }: ScannedTarget): Expected {
  const counts: Record<string, number> = {};
  for (const { ecosystem } of packages) counts[ecosystem] = (counts[ecosystem] ?? 0) + 1;
  const codes = new Set(problems.map((problem) => problem.code));
  codes.delete('no-coverage');
  const system = distribution && `${distribution.id} ${distribution.versionId}`;
  return [image.platform, system, counts, [...codes].sort(), matches.flat().length];
}

async function scan(archive: string): Promise<Expected[]> {
  await using source = await openImageSource(archive, async () => {
    throw new AppError('internal', 'no registry is to be asked');
  });
  return (await scanTarget(source, { advisories: testData('advisories') })).map(describe);
}

for (const [name, expected] of Object.entries(images)) {
  test(`${name} holds what it is known to hold`, { skip: withoutData(`images/${name}`, 'advisories') }, async () => {
    const found = await scan(testData(`images/${name}`));
    assert.deepEqual(
      found.map((image, index) => (expected[index]?.length === 5 ? image : image.slice(0, 4))),
      expected,
    );
  });
}

test('every archive of the test data is listed here', { skip: withoutData('images') }, () => {
  const folder = testData('images');
  assert.ok(existsSync(folder));
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(images).sort());
});
