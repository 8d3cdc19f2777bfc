import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildElf } from '#formats/elf/sample-executables.ts';
import type { FoundPackage } from '../cataloger.ts';
import { inlineBuildInfo } from './go/sample-build-info.ts';
import { go } from './go.ts';

async function read(bytes: Uint8Array): Promise<FoundPackage[]> {
  return go.read({ path: 'usr/bin/app', mode: 0o755, sizeBytes: bytes.length, bytes }, ({ message }) =>
    assert.fail(message),
  );
}

test('it wants programs of every kind, and nothing else', () => {
  const elf = Buffer.from('\x7fELF', 'latin1');
  const wants = (path: string, mode: number, head: Uint8Array) => go.wants({ path, mode, sizeBytes: 1000, head });
  assert.ok(wants('usr/bin/app', 0o755, elf));
  assert.ok(wants('app/app.exe', 0o644, Buffer.from('MZ')));
  assert.ok(!wants('usr/lib/libc.so', 0o644, elf));
  assert.ok(!wants('usr/bin/script', 0o755, Buffer.from('#!/bin/sh')));
});

test('a program gives itself, its modules and the standard library', async () => {
  const bytes = inlineBuildInfo('go1.22.3', [
    'path\tgithub.com/acme/app',
    'mod\tgithub.com/acme/app\tv1.4.0\th1:x=',
    'dep\tgithub.com/gin-gonic/gin\tv1.9.1\th1:x=',
    'dep\tgithub.com/docker/docker\tv24.0.0+incompatible\th1:x=',
  ]);
  assert.deepEqual(await read(buildElf({ name: '.go.buildinfo', bytes })), [
    {
      name: 'github.com/acme/app',
      version: '1.4.0',
      ecosystem: 'Go',
      purl: 'pkg:golang/github.com/acme/app@v1.4.0',
      path: 'usr/bin/app',
    },
    {
      name: 'github.com/gin-gonic/gin',
      version: '1.9.1',
      ecosystem: 'Go',
      purl: 'pkg:golang/github.com/gin-gonic/gin@v1.9.1',
      path: 'usr/bin/app',
    },
    {
      name: 'github.com/docker/docker',
      version: '24.0.0+incompatible',
      ecosystem: 'Go',
      purl: 'pkg:golang/github.com/docker/docker@v24.0.0%2Bincompatible',
      path: 'usr/bin/app',
    },
    { name: 'stdlib', version: '1.22.3', ecosystem: 'Go', purl: 'pkg:golang/stdlib@1.22.3', path: 'usr/bin/app' },
  ]);
});

test('a program built from a working copy is listed only when its makers gave it a version', async () => {
  const names = async (flags: string) => {
    const bytes = inlineBuildInfo('go1.22.3', ['mod\texample.com/a\t(devel)\t', `build\t-ldflags=${flags}`]);
    return (await read(buildElf({ name: '.go.buildinfo', bytes }))).map(({ name, version }) => `${name}@${version}`);
  };
  assert.deepEqual(await names('"-s -w"'), ['stdlib@1.22.3']);
  assert.deepEqual(await names('"-X main.version=v3.1.0"'), ['example.com/a@3.1.0', 'stdlib@1.22.3']);
});

test('programs that Go itself built are read', { skip: goIsAbsent() }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-go-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module example.com/hello\n\ngo 1.20\n');
    writeFileSync(join(folder, 'main.go'), 'package main\n\nvar version string\n\nfunc main() { println(version) }\n');
    for (const platform of ['linux/amd64', 'windows/amd64', 'darwin/arm64']) {
      const [GOOS, GOARCH] = platform.split('/');
      const env = { ...process.env, GOOS, GOARCH, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
      const options = { cwd: folder, env, stdio: 'ignore' } as const;
      execFileSync('go', ['build', '-ldflags', '-s -w -X main.version=v1.2.3', '-o', 'hello', '.'], options);
      const found = (await read(readFileSync(join(folder, 'hello')))).map(({ name, version }) => [name, version]);
      assert.deepEqual(found[0], ['example.com/hello', '1.2.3'], platform);
      assert.equal(found[1]?.[0], 'stdlib');
      assert.match(found[1]?.[1] ?? '', /^1\.\d+\.\d+/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function goIsAbsent(): string | false {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'go is not on PATH';
  }
}
