import { storedZip } from './stored-zip.ts';

/** One image of the first start: what is in it, and what a curator decides when the gate does not. */
export interface SampleImage {
  readonly repository: string;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly layers: readonly Readonly<Record<string, string | Uint8Array>>[];
  readonly platforms: readonly ('amd64' | 'arm64')[];
  /** Given when a curator accepts what the gate rejects. */
  readonly acceptBecause?: string;
}

const alpineRelease = (version: string) =>
  `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.replace(/\.\d+$/, '')}"\n`;

const apkEntry = (name: string, version: string, origin: string, files: readonly string[]) =>
  [
    `P:${name}`,
    `V:${version}`,
    'A:noarch',
    `o:${origin}`,
    'L:MIT',
    ...files.flatMap((file) => {
      const slash = file.lastIndexOf('/');
      return [`F:${file.slice(0, slash)}`, `R:${file.slice(slash + 1)}`];
    }),
  ].join('\n');

function alpineLayer(version: string, packages: readonly (readonly [string, string, string, string])[]) {
  const database = packages.map(([name, number, origin, file]) => apkEntry(name, number, origin, [file]));
  return {
    'etc/os-release': alpineRelease(version),
    'etc/alpine-release': `${version}\n`,
    'lib/apk/db/installed': `${database.join('\n\n')}\n\n`,
    ...Object.fromEntries(packages.map(([name, , , file]) => [file, `# ${name}\n`])),
  };
}

const alpine322 = alpineLayer('3.22.1', [
  ['musl', '1.2.5-r10', 'musl', 'lib/ld-musl-x86_64.so.1'],
  ['busybox', '1.37.0-r18', 'busybox', 'bin/busybox'],
  ['apk-tools', '2.14.9-r2', 'apk-tools', 'sbin/apk'],
  ['libssl3', '3.5.1-r0', 'openssl', 'usr/lib/libssl.so.3'],
  ['libcrypto3', '3.5.1-r0', 'openssl', 'usr/lib/libcrypto.so.3'],
  ['zlib', '1.3.1-r2', 'zlib', 'usr/lib/libz.so.1'],
]);

const alpine315 = alpineLayer('3.15.11', [
  ['musl', '1.2.2-r9', 'musl', 'lib/ld-musl-x86_64.so.1'],
  ['busybox', '1.34.1-r3', 'busybox', 'bin/busybox'],
  ['zlib', '1.2.12-r3', 'zlib', 'usr/lib/libz.so.1'],
]);

function nodeApplication(name: string, modules: Readonly<Record<string, string>>) {
  const manifest = (module: string, version: string) => JSON.stringify({ name: module, version, license: 'MIT' });
  return {
    'srv/app/package.json': JSON.stringify({ name, version: '1.0.0', dependencies: modules }),
    'srv/app/server.js': "require('express')().listen(8080)\n",
    ...Object.fromEntries(
      Object.entries(modules).map(([module, version]) => [
        `srv/app/node_modules/${module}/package.json`,
        manifest(module, version),
      ]),
    ),
  };
}

function jar(group: string, artifact: string, version: string): Buffer {
  return storedZip({
    'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\nImplementation-Title: ${artifact}\r\nImplementation-Version: ${version}\r\n\r\n`,
    [`META-INF/maven/${group}/${artifact}/pom.properties`]: `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
  });
}

/** The EICAR test string, in parts: written whole, this very file would be taken for the thing. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const described = (description: string, owner: string, category: string) => ({
  'org.opencontainers.image.description': description,
  'dev.assay.owner': owner,
  'dev.assay.category': category,
});

/** Every kind of outcome that the gate and the calendar know, smallest bytes that show it. */
export const sampleImages: readonly SampleImage[] = [
  {
    repository: 'staging/base/alpine',
    tag: '3.22',
    labels: described('Small base image with musl and busybox', 'platform', 'base'),
    env: [],
    layers: [alpine322],
    platforms: ['amd64', 'arm64'],
  },
  {
    repository: 'staging/web/storefront',
    tag: '1.4',
    labels: described('Storefront, a Node.js 24 application', 'shop', 'application'),
    env: ['NODE_VERSION=24.3.0'],
    layers: [
      alpine322,
      nodeApplication('storefront', { express: '4.18.2', 'path-to-regexp': '0.1.7', cookie: '0.7.1' }),
    ],
    platforms: ['amd64', 'arm64'],
  },
  {
    repository: 'staging/java/ledger',
    tag: '2.0',
    labels: described('Ledger, a Java service with an old logging library', 'payments', 'application'),
    env: [],
    layers: [
      alpine322,
      { 'opt/ledger/lib/log4j-core-2.14.1.jar': jar('org.apache.logging.log4j', 'log4j-core', '2.14.1') },
    ],
    platforms: ['amd64'],
  },
  {
    repository: 'staging/etl/import',
    tag: '0.9',
    labels: described('Import job that carries the EICAR test file', 'data', 'application'),
    env: [],
    layers: [alpine322, { 'opt/import/fixtures/eicar.com': eicar }],
    platforms: ['amd64'],
  },
  {
    repository: 'staging/base/alpine-legacy',
    tag: '3.15',
    labels: described('Old base image, kept for one migration', 'platform', 'base'),
    env: [],
    layers: [alpine315],
    platforms: ['amd64'],
    acceptBecause: 'The billing migration needs this base for four more weeks; nothing else may use it.',
  },
  {
    repository: 'staging/runtime/node',
    tag: '20-alpine3.22',
    labels: described('Node.js 20 runtime, about to lose support', 'platform', 'runtime'),
    env: ['NODE_VERSION=20.19.3'],
    layers: [alpine322, { 'usr/local/include/node/node_version.h': '#define NODE_MAJOR_VERSION 20\n' }],
    platforms: ['amd64', 'arm64'],
  },
  {
    repository: 'staging/vendor/agent',
    tag: '2.1',
    labels: described('Monitoring agent of a vendor, not signed by its publisher', 'observability', 'agent'),
    env: [],
    layers: [alpine322, { 'opt/agent/agent.conf': 'interval=60\n' }],
    platforms: ['amd64'],
  },
];

/** Images of vendors wait for a curator when their publisher has not signed them. */
export const vendorPolicy = { prefix: 'staging/vendor', rules: { 'publisher-signature': { mode: 'open' } } } as const;
