import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ubuntuSource } from './ubuntu-source.ts';

test('a binary package leads to the source package that advisories name', () => {
  const rows: [name: string, version: string, source: string][] = [
    ['libc6', '2.39-0ubuntu8.3', 'glibc'],
    ['libgcc-s1', '14.2.0-4ubuntu2~24.04', 'gcc-14'],
    ['libstdc++6', '12.3.0-1ubuntu1~22.04', 'gcc-12'],
    ['libssl3t64', '3.0.13-0ubuntu3', 'openssl'],
    ['openssl', '3.0.13-0ubuntu3', 'openssl'],
    ['zlib1g', '1:1.3.dfsg-3.1ubuntu2', 'zlib'],
    ['libpython3.10-stdlib', '3.10.12-1', 'python3.10'],
    ['python3.12', '3.12.3-1', 'python3.12'],
    ['openjdk-21-jre-headless', '21.0.2', 'openjdk-21'],
    ['dotnet-runtime-8.0', '8.0.1', 'dotnet8'],
    ['aspnetcore-runtime-8.0', '8.0.1', 'dotnet8'],
    ['base-files', '13ubuntu10', 'base-files'],
    ['ca-certificates', '20240203', 'ca-certificates'],
  ];
  for (const [name, version, source] of rows) assert.equal(ubuntuSource(name, version), source, name);
});
