import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ScanResult } from '#model/scan-result.ts';
import {
  alpineRelease,
  apkPackage,
  buildImage,
  buildLayer,
  npmModule,
  writeDockerArchive,
  writeOciArchive,
} from '#testkit/images.ts';
import { osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { type Outcome, run } from '#testkit/peers.ts';
import { cyclonedxValidator, sarifValidator } from '#testkit/schemas.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('-');
const high = { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }] };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string) => join(folder.path, name);

function assay(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { ASSAY_MALWARE_HASHES: _, ASSAY_YARA_RULES: __, ...rest } = process.env;
  return run(process.execPath, [MAIN, 'scan', ...args], { env: { ...rest, CI: '1', ...env } });
}

async function scan(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<{ result: ScanResult; code: number }> {
  const { code, stdout, stderr } = await assay([...args, '--format', 'json'], env);
  assert.equal(stderr, '');
  return { result: ScanResult.parse(JSON.parse(stdout)), code };
}

before(async () => {
  folder = await temporaryFolder();
  const base = buildLayer({
    'etc/os-release': alpineRelease,
    'lib/apk/db/installed':
      apkPackage('musl', '1.2.5-r0') + apkPackage('libcrypto3', '3.3.1-r0', { origin: 'openssl' }),
  });
  const app = buildLayer({ 'app/node_modules/left/package.json': npmModule('left', '1.0.0') });
  const images = [
    buildImage({ layers: [base, app] }),
    buildImage({ layers: [base], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
  ];
  writeFileSync(at('image.tar'), writeOciArchive(images));
  const evil = buildImage({ layers: [base, buildLayer({ 'opt/eicar.com': eicar })] });
  writeFileSync(at('evil.tar'), writeDockerArchive([evil]));
  mkdirSync(at('osv'));
  await writeOsvArchive(at('osv'), 'Alpine', [
    osvRecord('ALPINE-CVE-2024-1', 'Alpine:v3.20', 'openssl', '3.3.2-r0', { ...high, upstream: ['CVE-2024-1'] }),
    osvRecord('ALPINE-CVE-2024-2', 'Alpine:v3.20', 'musl', '1.2.4-r0', high),
  ]);
  writeFileSync(
    at('eol.json'),
    JSON.stringify({
      result: [
        {
          name: 'alpine-linux',
          label: 'Alpine Linux',
          category: 'os',
          releases: [{ name: '3.20', eolFrom: '2026-04-01', isEol: true }],
        },
      ],
    }),
  );
});
after(() => folder[Symbol.asyncDispose]());

test('the JSON is the documented contract: every platform, package and finding', async () => {
  const { result, code } = await scan([at('image.tar'), '--advisories', at('osv'), '--lifecycle', at('eol.json')]);
  assert.equal(code, 0, 'findings alone are no failure');
  assert.equal(result.schemaVersion, 1);
  assert.equal(result.target, at('image.tar'));
  assert.deepEqual(
    result.images.map((image) => image.platform),
    ['linux/amd64', 'linux/arm64/v8'],
  );
  const [image] = result.images;
  assert.deepEqual(image?.distribution, { id: 'alpine', versionId: '3.20.3', endOfLife: '2026-04-01' });
  assert.deepEqual(
    image?.packages.map(({ name, version, ecosystem, source }) => [name, version, ecosystem, source]),
    [
      ['musl', '1.2.5-r0', 'Alpine:v3.20', 'musl'],
      ['libcrypto3', '3.3.1-r0', 'Alpine:v3.20', 'openssl'],
      ['left', '1.0.0', 'npm', null],
    ],
  );
  assert.match(image?.packages[0]?.locations[0]?.layer ?? '', /^sha256:[0-9a-f]{64}$/);
  const [finding, ...others] = image?.findings ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...finding, locations: undefined },
    {
      id: 'ALPINE-CVE-2024-1',
      aliases: ['CVE-2024-1'],
      package: {
        name: 'libcrypto3',
        version: '3.3.1-r0',
        ecosystem: 'Alpine:v3.20',
        purl: 'pkg:apk/alpine/libcrypto3@3.3.1-r0?arch=x86_64&distro=alpine-3.20.3',
      },
      fixedVersion: '3.3.2-r0',
      severity: 'high',
      score: 7.5,
      knownExploited: false,
      locations: undefined,
      ownedBy: null,
      removedIn: null,
    },
  );
  assert.deepEqual(finding?.locations, image?.packages[1]?.locations);
  assert.deepEqual(
    image?.problems.map((problem) => [problem.code, /npm/.test(problem.message)]),
    [['no-coverage', true]],
  );
  assert.deepEqual(result.images[1]?.problems, []);
});

test('without advisories the result says that nothing was compared', async () => {
  const { result, code } = await scan([at('image.tar'), '--platform', 'linux/arm64']);
  assert.equal(code, 0);
  assert.deepEqual(
    result.images.map((image) => [image.platform, image.findings, image.problems.map((problem) => problem.code)]),
    [['linux/arm64/v8', [], ['no-advisories']]],
  );
});

for (const [severity, expected] of [
  ['critical', 0],
  ['high', 1],
  ['LOW', 1],
] as const) {
  test(`--fail-on ${severity} ends with ${expected} on a high finding`, async () => {
    const args = [at('image.tar'), '--advisories', at('osv'), '--fail-on', severity];
    assert.equal((await scan(args)).code, expected);
  });
}

test('malware ends with 1, whatever is asked for', async () => {
  const { result, code } = await scan([at('evil.tar')]);
  assert.equal(code, 1);
  assert.deepEqual(
    result.images[0]?.malware.map(({ engine, signature, path }) => [engine, signature, path]),
    [['built-in', 'Eicar-Test', 'opt/eicar.com']],
  );
  assert.match(result.images[0]?.malware[0]?.sha256 ?? '', /^275a021b/);
});

test('hash lists and rules of the environment are used', async () => {
  const { createHash } = await import('node:crypto');
  writeFileSync(at('bad.txt'), `${createHash('sha256').update(npmModule('left', '1.0.0')).digest('hex')}\n`);
  writeFileSync(at('rules.yar'), 'rule Left_Module { strings: $a = "left" condition: $a and filesize < 100 }');
  const env = { ASSAY_MALWARE_HASHES: at('bad.txt'), ASSAY_YARA_RULES: at('rules.yar') };
  const { result, code } = await scan([at('image.tar'), '--platform', 'linux/amd64'], env);
  assert.equal(code, 1);
  assert.deepEqual(
    result.images[0]?.malware.map(({ engine, signature, path }) => [engine, signature, path]),
    [
      ['yara-x', 'Left_Module', 'app/node_modules/left/package.json'],
      ['hash-list', 'bad.txt', 'app/node_modules/left/package.json'],
    ],
  );
});

for (const [name, args, sentence] of [
  ['a file that is not there', ['nothing.tar'], /there is no such file/],
  [
    'a platform that the image lacks',
    ['IMAGE', '--platform', 'linux/s390x'],
    /has only linux\/amd64, linux\/arm64\/v8/,
  ],
  ['a format that does not exist', ['IMAGE', '--format', 'xml'], /cannot write format "xml": use table, json/],
  ['a severity that does not exist', ['IMAGE', '--fail-on', 'bad'], /use critical, high, medium, low, unknown/],
  ['an advisory folder that is not there', ['IMAGE', '--advisories', 'nowhere'], /cannot read advisories from nowhere/],
  ['end-of-life data that is none', ['IMAGE', '--lifecycle', MAIN], /cannot read end-of-life data/],
  ['a file that is no archive', [MAIN], /cannot scan .*main\.ts/],
  ['an output that cannot be written', ['IMAGE', '--output', '/nowhere/out.json'], /cannot write the result/],
  ['no target', [], /missing required argument/],
  ['an unknown option', ['IMAGE', '--colour'], /unknown option/],
] as const) {
  test(`${name} ends with 2 and one clear sentence`, async () => {
    const { code, stdout, stderr } = await assay(args.map((each) => (each === 'IMAGE' ? at('image.tar') : each)));
    assert.equal(code, 2);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.equal(stdout, '');
  });
}

test('--output writes the file and says nothing', async () => {
  const { code, stdout } = await assay([at('image.tar'), '--format', 'json', '--output', at('out.json')]);
  assert.deepEqual([code, stdout], [0, '']);
  assert.equal(ScanResult.parse(JSON.parse(readFileSync(at('out.json'), 'utf8'))).images.length, 2);
});

test('the table says what to do first', async () => {
  const { code, stdout } = await assay([at('image.tar'), '--advisories', at('osv'), '--lifecycle', at('eol.json')]);
  assert.equal(code, 0);
  assert.match(stdout, /First: upgrade libcrypto3 to 3\.3\.2-r0/);
  assert.match(stdout, /support end(?:s|ed) 2026-04-01/);
  assert.match(stdout, /high +libcrypto3 +3\.3\.1-r0 +3\.3\.2-r0 +CVE-2024-1 +lib\/apk\/db\/installed/);
  assert.ok(!stdout.includes('\u001b['), 'no colours where nobody sees them');
});

test('--all shows what belongs to system packages and what later layers removed, marked, and it does not count', async () => {
  const module = 'usr/lib/node_modules/npm/package.json';
  const lower = buildLayer({
    'etc/os-release': alpineRelease,
    'lib/apk/db/installed':
      apkPackage('npm', '10.2.5-r0', { files: [module] }) + apkPackage('libcrypto3', '3.3.1-r0', { origin: 'openssl' }),
    [module]: npmModule('npm', '10.2.5'),
    'app/node_modules/left/package.json': npmModule('left', '1.0.0'),
  });
  const upper = buildLayer({
    'lib/apk/db/installed': apkPackage('npm', '10.2.5-r0', { files: [module] }),
    'app/.wh.node_modules': '',
  });
  writeFileSync(at('layers.tar'), writeOciArchive([buildImage({ layers: [lower, upper] })]));
  const args = [at('layers.tar'), '--advisories', at('osv'), '--fail-on', 'low'];
  const plain = await scan(args);
  assert.deepEqual(
    [plain.code, plain.result.images[0]?.packages.map(({ name }) => name), plain.result.images[0]?.findings],
    [0, ['npm'], []],
  );
  const { code, result } = await scan([...args, '--all']);
  assert.equal(code, 0, 'what does not count fails nothing');
  assert.deepEqual(
    result.images[0]?.packages.map(({ name, version, ownedBy, removedIn }) => [name, version, ownedBy, removedIn]),
    [
      ['npm', '10.2.5-r0', null, null],
      ['npm', '10.2.5', 'npm', null],
      ['libcrypto3', '3.3.1-r0', null, upper.diffId],
      ['left', '1.0.0', null, upper.diffId],
    ],
  );
  assert.deepEqual(
    result.images[0]?.findings.map(({ id, removedIn }) => [id, removedIn]),
    [['ALPINE-CVE-2024-1', upper.diffId]],
  );
  const { stdout } = await assay([...args, '--all']);
  assert.match(stdout, /1 packages and 3 that do not count, findings: none/);
  assert.match(stdout, /part of npm +npm +10\.2\.5/);
  assert.match(stdout, /removed by sha256:[0-9a-f]{12} +libcrypto3 +3\.3\.1-r0 +CVE-2024-1/);
  assert.match((await assay(args)).stdout, /1 packages \(and 1 parts of system packages, see --all\)/);
});

test('CycloneDX output is valid by its schema', async () => {
  const { code, stdout } = await assay([at('image.tar'), '--advisories', at('osv'), '--format', 'cyclonedx']);
  assert.equal(code, 0);
  const document = JSON.parse(stdout);
  assert.deepEqual(cyclonedxValidator()(document), []);
  assert.match(stdout, /pkg:npm\/left@1\.0\.0/);
});

test('SARIF output is valid by its schema', async (t) => {
  const { code, stdout } = await assay([at('image.tar'), '--advisories', at('osv'), '--format', 'sarif']);
  assert.equal(code, 0);
  const document = JSON.parse(stdout);
  assert.equal(document.version, '2.1.0');
  assert.match(stdout, /ALPINE-CVE-2024-1/);
  const validate = sarifValidator();
  if (!validate) return t.skip('the development package with the schema of SARIF is not installed');
  assert.deepEqual(validate(document), []);
});
