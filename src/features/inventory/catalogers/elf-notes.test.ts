import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf, buildPackageNote } from '#formats/elf/sample-executables.ts';
import { elfNotes } from './elf-notes.ts';
import { noProblem } from './sample-tree.ts';

function read(note: unknown) {
  const text = typeof note === 'string' ? note : JSON.stringify(note);
  const bytes = buildElf({ name: '.note.package', bytes: buildPackageNote(text) });
  return elfNotes.read({ path: 'usr/bin/ls', mode: 0o755, sizeBytes: bytes.length, bytes }, noProblem);
}

test('a note names the package and its distribution, in either way', async () => {
  const rows: [note: object, ecosystem: string | null, purl: string][] = [
    [
      { type: 'deb', os: 'ubuntu', osVersion: '24.04', name: 'glibc', version: '2.39-0ubuntu8', architecture: 'amd64' },
      'Ubuntu:24.04:LTS',
      'pkg:deb/ubuntu/glibc@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04',
    ],
    [
      { type: 'rpm', name: 'openssl', version: '3.3.0-2.azl3', osCpe: 'cpe:/o:microsoft:azure_linux:3.0' },
      'Azure Linux:3',
      'pkg:rpm/azurelinux/openssl@3.3.0-2.azl3?distro=azurelinux-3.0',
    ],
    [
      { type: 'rpm', name: 'coreutils', version: '9.4-7.fc40', osCpe: 'cpe:/o:fedoraproject:fedora:40' },
      '',
      'pkg:rpm/fedora/coreutils@9.4-7.fc40?distro=fedora-40',
    ],
    [
      { type: 'deb', os: 'debian', name: 'systemd', version: '257-1' },
      null,
      'pkg:deb/debian/systemd@257-1?distro=debian',
    ],
  ];
  for (const [note, ecosystem, purl] of rows) {
    const [found] = await read(note);
    assert.deepEqual([found?.ecosystem, found?.purl, found?.sourceName], [ecosystem, purl, found?.name]);
  }
});

test('a note that says nothing gives nothing', async () => {
  for (const note of ['{', 'null', '[]', {}, { type: 'odd', name: 'a', version: '1' }, { type: 'deb', name: 'a' }])
    assert.deepEqual(await read(note), [], JSON.stringify(note));
});

test('it looks into programs and libraries', () => {
  const file = {
    path: 'usr/lib/libx.so.1',
    mode: 0o644,
    sizeBytes: 1000,
    head: Buffer.from('\x7fELF\x02\x01', 'latin1'),
  };
  assert.ok(elfNotes.wants(file));
  assert.ok(!elfNotes.wants({ ...file, path: 'lib/modules/x.ko' }));
  assert.ok(!elfNotes.wants({ ...file, head: Buffer.from('#!/bin/sh') }));
  assert.ok(!elfNotes.wants({ ...file, head: new Uint8Array() }));
});
