import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifyArchive } from './identity.ts';
import { parseJarManifest } from './manifest.ts';

const pom = (groupId: string, artifactId: string, version: string) => ({
  entry: `META-INF/maven/${groupId}/${artifactId}/pom.properties`,
  coordinates: { groupId, artifactId, version },
});
const none = new Map<string, string>();

test('of several poms the one that fits the file name is the archive, the others are parts of it', () => {
  const own = pom('org.a', 'app', '2.0');
  const part = pom('org.b', 'lib', '1.0');
  assert.deepEqual(identifyArchive('app-2.0.jar', [part, own], none), { own: own.coordinates, shaded: [part] });
});

test('a single pom names a renamed archive, unless the file name has another version', () => {
  const only = pom('org.b', 'lib', '1.0');
  assert.deepEqual(identifyArchive('app.jar', [only], none), { own: only.coordinates, shaded: [] });
  assert.deepEqual(identifyArchive('app-2.0.jar', [only], none), {
    own: { groupId: 'app', artifactId: 'app', version: '2.0' },
    shaded: [only],
  });
});

test('without a pom the file name and the manifest tell', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['spring-core-5.3.9.jar', '', 'org.springframework:spring-core:5.3.9'],
    [
      'mylib.jar',
      'Implementation-Title: mylib\nImplementation-Version: 1.2\nImplementation-Vendor-Id: org.my',
      'org.my:mylib:1.2',
    ],
    ['acme-widgets-1.1.jar', 'Bundle-SymbolicName: com.acme.widgets;singleton:=true', 'com.acme:acme-widgets:1.1'],
    ['widgets-1.1.jar', 'Bundle-SymbolicName: com.acme.widgets', 'com.acme:widgets:1.1'],
    ['commons-io-2.6.jar', '', 'commons-io:commons-io:2.6'],
    [
      'git.jpi',
      'Short-Name: git\nPlugin-Version: 4.1\nGroup-Id: org.jenkins-ci.plugins',
      'org.jenkins-ci.plugins:git:4.1',
    ],
    ['product.jar', 'Implementation-Title: A Fine Product\nImplementation-Version: 3.1', 'product:product:3.1'],
    ['app.jar', 'Implementation-Version: unspecified', undefined],
    ['app.jar', '', undefined],
  ];
  for (const [path, manifest, expected] of cases) {
    const { own } = identifyArchive(path, [], parseJarManifest(manifest));
    assert.equal(own && `${own.groupId}:${own.artifactId}:${own.version}`, expected, path);
  }
});

test('manifest lines are joined where they were broken, and only the main section counts', () => {
  const manifest = parseJarManifest(
    'Manifest-Version: 1.0\r\nImplementation-Title: long\r\n er\r\n\r\nName: x\r\nOther: y\r\n',
  );
  assert.deepEqual(Object.fromEntries(manifest), { 'manifest-version': '1.0', 'implementation-title': 'longer' });
});
