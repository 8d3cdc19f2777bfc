import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFileName } from './file-name.ts';

const cases: readonly (readonly [string, string, string | undefined])[] = [
  ['log4j-core-2.14.1.jar', 'log4j-core', '2.14.1'],
  ['lib/guava-30.1-jre.jar', 'guava', '30.1-jre'],
  ['log4j-1.2-api-2.14.1.jar', 'log4j-1.2-api', '2.14.1'],
  ['netty-transport-native-epoll-4.1.59.Final-linux-x86_64.jar', 'netty-transport-native-epoll', '4.1.59.Final'],
  ['spring-core-5.3.0-RC2.jar', 'spring-core', '5.3.0-RC2'],
  ['app-0.0.1-SNAPSHOT.war', 'app', '0.0.1-SNAPSHOT'],
  ['thing-1.0-20200101.123456-7.jar', 'thing', '1.0-20200101.123456-7'],
  ['kafka_2.12-2.0.0.jar', 'kafka_2.12', '2.0.0'],
  ['jsr305-3.jar', 'jsr305', '3'],
  ['kotlin-stdlib-jdk8-v1.4.0.jar', 'kotlin-stdlib-jdk8', '1.4.0'],
  ['level-3-jar.jar', 'level-3-jar', undefined],
  ['app.jar', 'app', undefined],
  ['.jar', '', undefined],
];
for (const [path, artifactId, version] of cases) {
  test(`"${path}" is ${artifactId || 'nothing'} ${version ?? 'without a version'}`, () => {
    assert.deepEqual(parseFileName(path), { artifactId, version });
  });
}
