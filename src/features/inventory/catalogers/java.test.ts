import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildZip } from '#formats/zip/sample-zips.ts';
import type { FoundPackage } from '../cataloger.ts';
import { java } from './java.ts';
import { readImageFiles } from './rpm/sample-images.ts';

const pom = (groupId: string, artifactId: string, version: string) => ({
  [`META-INF/maven/${groupId}/${artifactId}/pom.properties`]: `groupId=${groupId}\nartifactId=${artifactId}\nversion=${version}\n`,
});

type Reported = { code: string; message: string; path: string };

async function read(path: string, bytes: Uint8Array): Promise<{ packages: FoundPackage[]; problems: Reported[] }> {
  const problems: Reported[] = [];
  const file = { path, mode: 0o644, sizeBytes: bytes.length, bytes };
  return { packages: await java.read(file, (problem) => problems.push(problem)), problems };
}

function names(packages: readonly FoundPackage[]): string[] {
  return packages.map(({ name, version }) => `${name}@${version}`);
}

test('it wants Java archives and nothing else', () => {
  const wants = (path: string, sizeBytes = 10) => java.wants({ path, mode: 0, sizeBytes, head: new Uint8Array(0) });
  for (const path of ['app/app.jar', 'a.WAR', 'x.ear', 'plugins/git.jpi', 'git.hpi', 'a.kar', 'a.lpkg']) {
    assert.ok(wants(path), path);
  }
  for (const path of ['jar', 'app.jar.txt', 'a.zip']) assert.ok(!wants(path), path);
  assert.ok(!wants('empty.jar', 0));
});

test('archives are read to the bottom, each with the way that leads to it', async () => {
  const inner = buildZip(pom('org.c', 'inner', '3'));
  const middle = buildZip({ ...pom('org.b', 'middle', '2'), 'lib/inner-3.jar': inner }, { stored: true });
  const outer = buildZip({ ...pom('org.a', 'outer', '1'), 'BOOT-INF/lib/middle-2.jar': middle });
  const { packages, problems } = await read('app/outer.jar', outer);
  assert.deepEqual(problems, []);
  assert.deepEqual(packages, [
    { name: 'org.a:outer', version: '1', ecosystem: 'Maven', purl: 'pkg:maven/org.a/outer@1', path: 'app/outer.jar' },
    {
      name: 'org.b:middle',
      version: '2',
      ecosystem: 'Maven',
      purl: 'pkg:maven/org.b/middle@2',
      path: 'app/outer.jar!BOOT-INF/lib/middle-2.jar',
    },
    {
      name: 'org.c:inner',
      version: '3',
      ecosystem: 'Maven',
      purl: 'pkg:maven/org.c/inner@3',
      path: 'app/outer.jar!BOOT-INF/lib/middle-2.jar!lib/inner-3.jar',
    },
  ]);
});

test('shaded parts are listed beside the archive itself, with the entry that names them', async () => {
  const { packages } = await read('app-1.jar', buildZip({ ...pom('x', 'app', '1'), ...pom('y', 'lib', '2') }));
  assert.deepEqual(
    packages.map(({ name, path }) => [name, path]),
    [
      ['x:app', 'app-1.jar'],
      ['y:lib', 'app-1.jar!META-INF/maven/y/lib/pom.properties'],
    ],
  );
});

test('an archive that holds a copy of itself is listed once', async () => {
  const copy = buildZip(pom('x', 'app', '1'));
  const { packages } = await read('app-1.jar', buildZip({ ...pom('x', 'app', '1'), 'lib/app-1.jar': copy }));
  assert.deepEqual(names(packages), ['x:app@1']);
});

test('a damaged archive gives what can be read, and a problem', async () => {
  const whole = buildZip({ ...pom('x', 'app', '1'), 'lib/b-2.0.jar': buildZip({ 'a.class': 'x' }, { stored: true }) });
  const cut = await read('app.jar', whole.subarray(0, whole.indexOf('PK\x01\x02', whole.length - 250, 'latin1') + 8));
  assert.ok(names(cut.packages).includes('x:app@1'));
  assert.ok(cut.problems.every(({ code, path }) => code === 'archive-damaged' && path.startsWith('app.jar')));
  assert.ok(cut.problems.length > 0);
  const text = Buffer.from('not an archive');
  assert.equal((await read('app.jar', text)).problems[0]?.code, 'archive-damaged');
  assert.deepEqual(await read('statistics.sar', text), { packages: [], problems: [] });
});

test('a broken archive inside is a problem at its own path', async () => {
  const { problems, packages } = await read(
    'app-1.jar',
    buildZip({ 'lib/bad.jar': 'junk', 'lib/b-2.0.jar': buildZip({}) }),
  );
  assert.deepEqual(names(packages), ['app:app@1', 'b:b@2.0']);
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path]),
    [['archive-damaged', 'app-1.jar']],
  );
});

test('archives nested too deep are a problem, not a hang', async () => {
  let bytes = buildZip(pom('x', 'app', '1'));
  for (let i = 0; i < 40; i += 1) bytes = buildZip({ 'next.jar': bytes }, { stored: true });
  const { problems } = await read('app.jar', bytes);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['limit-reached'],
  );
});

const data = process.env.ASSAY_TEST_DATA;
const images = [
  {
    archive: 'java-nested-war.docker.tar',
    expected: [
      'com.example:demo@0.0.1-SNAPSHOT',
      'org.apache.tomcat.embed:tomcat-embed-core@9.0.63',
      'com.google.guava:listenablefuture@9999.0-empty-to-avoid-conflict-with-guava',
    ],
  },
  {
    archive: 'java-uberjar.docker.tar',
    expected: [
      'com.google.guava:guava@30.1-jre',
      'com.google.j2objc:j2objc-annotations@1.3',
      'org.slf4j:jul-to-slf4j@1.7.30',
    ],
  },
];
for (const { archive, expected } of images) {
  test(`${archive} gives its packages`, { skip: data ? false : 'ASSAY_TEST_DATA is not set' }, async () => {
    const wants = (path: string) => java.wants({ path, mode: 0, sizeBytes: 1, head: new Uint8Array(0) });
    const found: string[] = [];
    for (const [path, bytes] of Object.entries(readImageFiles(join(data ?? '', 'images', archive), wants))) {
      const { packages, problems } = await read(path, bytes);
      assert.deepEqual(problems, []);
      found.push(...names(packages));
    }
    for (const name of expected) assert.ok(found.includes(name), `${name} in ${found}`);
  });
}
