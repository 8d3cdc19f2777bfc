import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRpmHeader } from './header.ts';
import { buildHeader } from './sample-databases.ts';

test('a header gives every field, and its files as whole paths', () => {
  const header = parseRpmHeader(
    buildHeader({
      name: 'bash',
      version: '5.1.8',
      release: '6.el9_1',
      epoch: 2,
      arch: 'aarch64',
      vendor: 'AlmaLinux',
      license: 'GPLv3+',
      sourceRpm: 'bash-5.1.8-6.el9_1.src.rpm',
      modularityLabel: 'shell:5:1:2',
      files: [
        { dir: '/usr/bin/', base: 'bash' },
        { dir: '/etc/', base: 'bashrc' },
        { dir: '/', base: 'rc' },
      ],
    }),
  );
  assert.deepEqual(header, {
    name: 'bash',
    version: '5.1.8',
    release: '6.el9_1',
    epoch: 2,
    arch: 'aarch64',
    vendor: 'AlmaLinux',
    license: 'GPLv3+',
    sourceRpm: 'bash-5.1.8-6.el9_1.src.rpm',
    modularityLabel: 'shell:5:1:2',
    files: ['usr/bin/bash', 'etc/bashrc', 'rc'],
  });
});

test('a header that is cut short, empty or inconsistent is refused with a reason', () => {
  const good = buildHeader({ name: 'bash', files: [{ dir: '/usr/bin/', base: 'bash' }] });
  const claimsTooMuch = Buffer.from(good);
  claimsTooMuch.writeUInt32BE(0xffffffff, 0);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(64), good.subarray(0, 40), good.subarray(0, -1), claimsTooMuch]) {
    assert.throws(() => parseRpmHeader(bytes), /package header/);
  }
});

test('no damage to any single byte hangs or breaks the reader', () => {
  const good = buildHeader({ name: 'bash', epoch: 1, files: [{ dir: '/usr/bin/', base: 'bash' }] });
  for (let at = 0; at < good.length; at += 1) {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    try {
      parseRpmHeader(bytes);
    } catch (error) {
      assert.match(String(error), /header/);
    }
  }
});

test('an array that claims more numbers than there are bytes costs nothing', () => {
  const bytes = buildHeader({ name: 'bash', files: [{ dir: '/usr/bin/', base: 'bash' }] });
  for (let at = 8; at < 8 + bytes.readUInt32BE(0) * 16; at += 16) {
    if (bytes.readUInt32BE(at) === 1116) bytes.writeUInt32BE(0x7fffffff, at + 12);
  }
  assert.throws(() => parseRpmHeader(bytes), /number of the package header lies outside/);
});
