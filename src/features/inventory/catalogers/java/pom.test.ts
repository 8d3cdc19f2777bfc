import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePomProperties, parsePomXml } from './pom.ts';

test('pom.properties is read with any line ends, spaces and escapes', () => {
  assert.deepEqual(
    parsePomProperties('#by Maven\r\nversion=1.0\r\ngroupId = org.a\r\nartifactId\\=x\nartifactId:b\n'),
    {
      groupId: 'org.a',
      artifactId: 'b',
      version: '1.0',
    },
  );
  assert.equal(parsePomProperties(`version=\${project.version}\ngroupId=a\nartifactId=b`), undefined);
  assert.equal(parsePomProperties('groupId=a'), undefined);
});

test('pom.xml gives its own coordinates, not those of its dependencies or of a comment', () => {
  const xml = `<?xml version="1.0"?><!-- <artifactId>no</artifactId> -->
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><version>9</version></dependency></dependencies>
      <modules/><groupId>org.a</groupId><artifactId> b </artifactId><version>1.0</version>
    </project>`;
  assert.deepEqual(parsePomXml(xml), { groupId: 'org.a', artifactId: 'b', version: '1.0' });
});

test('group and version come from the parent, and properties are filled in', () => {
  const xml = `<project><parent><groupId>org.p</groupId><artifactId>p</artifactId><version>2.0</version></parent>
    <artifactId>b-\${flavour}</artifactId><properties><flavour>\${taste}</flavour><taste>mild</taste></properties></project>`;
  assert.deepEqual(parsePomXml(xml), { groupId: 'org.p', artifactId: 'b-mild', version: '2.0' });
});

test('what cannot be resolved, never ends or is no XML gives nothing', () => {
  for (const xml of [
    `<project><groupId>a</groupId><artifactId>b</artifactId><version>\${revision}</version></project>`,
    `<project><properties><v>\${v}\${v}</v></properties><groupId>a</groupId><artifactId>b</artifactId><version>\${v}</version>`,
    '<project><!-- ',
    '<'.repeat(10_000),
    '<a>'.repeat(10_000),
    'text',
    `${'<a'.repeat(500_000)}>`,
  ]) {
    assert.equal(parsePomXml(xml), undefined);
  }
});
