import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPackageNote } from './package-note.ts';
import { buildElf, buildPackageNote } from './sample-executables.ts';

const json = '{"type":"rpm","name":"coreutils","version":"9.4-7.fc40"}';

test('the note is found in files of either byte order, behind other notes too', () => {
  for (const endian of ['LE', 'BE'] as const) {
    const other = buildPackageNote('{}', { endian, type: 1 });
    const bytes = Buffer.concat([other, buildPackageNote(json, { endian })]);
    assert.equal(findPackageNote(buildElf({ name: '.note.package', bytes }, { endian })), json, endian);
  }
});

test('without the section, or with a damaged one, there is no note', () => {
  const note = buildPackageNote(json);
  assert.equal(findPackageNote(buildElf({ name: '.note.other', bytes: note })), undefined);
  assert.equal(findPackageNote(Buffer.from('no executable')), undefined);
  for (let at = 0; at < note.length; at += 1)
    findPackageNote(buildElf({ name: '.note.package', bytes: note.subarray(0, at) }));
  const endless = Buffer.from(note);
  endless.writeUInt32LE(0xffffffff, 4);
  assert.equal(findPackageNote(buildElf({ name: '.note.package', bytes: endless })), undefined);
});
