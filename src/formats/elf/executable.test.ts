import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExecutable, parseExecutables, readAddress } from './executable.ts';
import { buildElf, buildMachO, buildPe } from './sample-executables.ts';

const bytes = Buffer.from('the content of the section');
const section = { name: '.info', bytes, address: 0x403000 };

const samples = [
  { name: 'ELF of 64 bits, little-endian', file: buildElf(section), format: 'elf' },
  { name: 'ELF of 64 bits, big-endian', file: buildElf(section, { endian: 'BE' }), format: 'elf' },
  { name: 'ELF of 32 bits, little-endian', file: buildElf(section, { bits: 32 }), format: 'elf' },
  { name: 'ELF of 32 bits, big-endian', file: buildElf(section, { bits: 32, endian: 'BE' }), format: 'elf' },
  { name: 'PE', file: buildPe(section), format: 'pe' },
  { name: 'Mach-O', file: buildMachO(section), format: 'mach-o' },
];
for (const { name, file, format } of samples) {
  test(`${name}: the section is found by its name and by its address`, () => {
    assert.ok(isExecutable(file.subarray(0, 16)));
    const [found] = parseExecutables(file);
    assert.equal(found?.format, format);
    const named = found?.sections.find((item) => item.name === '.info');
    assert.ok(named);
    assert.deepEqual(file.subarray(named.offset, named.offset + named.sizeBytes), bytes);
    const read = readAddress(file, found?.mappings ?? [], 0x403004, 7);
    assert.equal(read && Buffer.from(read).toString(), 'content');
    assert.equal(readAddress(file, found?.mappings ?? [], 0x403004, 1000), undefined);
  });

  test(`${name}: no damage to any byte of its headers hangs or breaks the reader`, () => {
    for (let at = 0; at < file.length; at += 1) {
      const broken = Buffer.from(file);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      parseExecutables(broken);
      parseExecutables(file.subarray(0, at));
    }
  });
}

test('a universal Mach-O gives each of its architectures', () => {
  const slice = buildMachO(section);
  const fat = Buffer.alloc(1024 + slice.length * 2);
  fat.writeUInt32BE(0xcafebabe, 0);
  fat.writeUInt32BE(2, 4);
  for (const i of [0, 1]) {
    fat.writeUInt32BE(1024 + i * slice.length, 8 + i * 20 + 8);
    slice.copy(fat, 1024 + i * slice.length);
  }
  const found = parseExecutables(fat);
  assert.equal(found.length, 2);
  const offset = found[1]?.sections[0]?.offset ?? 0;
  assert.deepEqual(fat.subarray(offset, offset + bytes.length), bytes);
});

test('a Java class, a script and an empty file are no executables', () => {
  const javaClass = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]);
  for (const file of [javaClass, Buffer.from('#!/bin/sh\n'), new Uint8Array(0)]) {
    assert.ok(!isExecutable(file));
    assert.deepEqual(parseExecutables(file), []);
  }
});
