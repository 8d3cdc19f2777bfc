import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf, buildMachO, buildPe } from '#formats/elf/sample-executables.ts';
import { findBuildInfo } from './build-info.ts';
import { inlineBuildInfo, pointerBuildInfo } from './sample-build-info.ts';

const lines = ['path\texample.com/a', 'mod\texample.com/a\tv1.0.0\th1:x='];
const expected = { goVersion: 'go1.22.3', modules: `${lines.join('\n')}\n` };
const inline = inlineBuildInfo('go1.22.3', lines);

test('the inline form is found in ELF, PE and Mach-O', () => {
  assert.deepEqual(findBuildInfo(buildElf({ name: '.go.buildinfo', bytes: inline })), expected);
  assert.deepEqual(findBuildInfo(buildPe({ name: '.data', bytes: inline })), expected);
  assert.deepEqual(findBuildInfo(buildMachO({ name: '__go_buildinfo', bytes: inline })), expected);
});

for (const endian of ['LE', 'BE'] as const) {
  for (const pointerBytes of [4, 8] as const) {
    test(`the form with pointers of ${pointerBytes} bytes, ${endian}, is followed`, () => {
      const address = 0x20000;
      const bytes = pointerBuildInfo('go1.22.3', lines, { pointerBytes, endian, address });
      const bits = pointerBytes === 8 ? 64 : 32;
      const file = buildElf({ name: '.go.buildinfo', bytes, address }, { bits, endian });
      assert.deepEqual(findBuildInfo(file), expected);
    });
  }
}

test('without a section table the writable data is searched', () => {
  const bytes = Buffer.concat([Buffer.alloc(4096), inline]);
  assert.deepEqual(findBuildInfo(buildElf({ name: 'x', bytes }, { withSections: false })), expected);
});

test('a program of another language and a record that is cut short have none', () => {
  assert.equal(findBuildInfo(buildElf({ name: '.data', bytes: Buffer.alloc(100) })), undefined);
  for (let length = 0; length < 42; length += 1) {
    assert.equal(findBuildInfo(buildMachO({ name: '__go_buildinfo', bytes: inline.subarray(0, length) })), undefined);
  }
});

test('no damage to any byte of the record hangs or breaks the reader', () => {
  const address = 0x20000;
  const bytes = pointerBuildInfo('go1.22.3', lines, { pointerBytes: 8, endian: 'LE', address });
  for (const sample of [bytes, inline]) {
    for (let at = 0; at < sample.length; at += 1) {
      const broken = Buffer.from(sample);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      findBuildInfo(buildElf({ name: '.go.buildinfo', bytes: broken, address }));
    }
  }
});
