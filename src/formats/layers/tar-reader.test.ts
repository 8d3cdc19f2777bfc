import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paxHeader, tarBlock, tarContent, tarEnd } from './tar-blocks.ts';
import { TarReader } from './tar-reader.ts';
import { writeTar } from './tar-writer.ts';

interface Seen {
  readonly entries: string[];
  readonly problems: string[];
}

function read(parts: readonly Uint8Array[], pieceBytes = 1 << 20): Seen {
  const entries: string[] = [];
  const problems: string[] = [];
  let text = '';
  const reader = new TarReader({
    begin({ path, kind, linkTarget, isSparse }) {
      text = `${kind} ${path}${linkTarget ? ` > ${linkTarget}` : ''}${isSparse ? ' (sparse)' : ''}`;
      if (kind !== 'file') entries.push(text);
      text += ': ';
    },
    data: (bytes) => {
      text += Buffer.from(bytes).toString('latin1');
    },
    end: () => void entries.push(text),
    problem: (code, _, path) => void problems.push(path ? `${code} ${path}` : code),
  });
  const tar = Buffer.concat(parts);
  for (let at = 0; at < tar.length; at += pieceBytes) reader.push(tar.subarray(at, at + pieceBytes));
  reader.finish();
  return { entries, problems };
}

const file = (path: string, text: string) => [tarBlock({ path, size: text.length }), tarContent(text)];

test('files, folders and links come in order, in pieces of any size', () => {
  const tar = writeTar({
    'etc/': { directory: true },
    'etc/os-release': 'ID=alpine\n',
    'etc/link': { symlink: '../usr/lib/os-release' },
    'etc/hard': { hardlink: './etc/os-release' },
    empty: '',
    [`${'deep/'.repeat(60)}end`]: 'x'.repeat(1500),
  });
  const expected = [
    'directory etc',
    'file etc/os-release: ID=alpine\n',
    'symlink etc/link > ../usr/lib/os-release',
    'hardlink etc/hard > etc/os-release',
    'file empty: ',
    `file ${'deep/'.repeat(60)}end: ${'x'.repeat(1500)}`,
  ];
  for (const size of [1 << 20, 512, 100, 7]) assert.deepEqual(read([tar], size), { entries: expected, problems: [] });
});

test('paths are normalised and never leave the image', () => {
  const paths = ['./a', '/a', 'x/../a', '../../a', './/./a', 'b/../../a'];
  for (const path of paths) assert.deepEqual(read([...file(path, 'x'), tarEnd]).entries, ['file a: x'], path);
});

test('long names come from GNU headers, pax headers and the prefix field', () => {
  const long = 'n'.repeat(150);
  const gnu = [tarBlock({ path: '././@LongLink', type: 'L', size: 151 }), tarContent(`${long}\0`)];
  assert.deepEqual(read([...gnu, ...file('short', 'x'), tarEnd]).entries, [`file ${long}: x`]);
  assert.deepEqual(read([paxHeader({ path: long, mtime: '1.5' }), ...file('short', 'x'), tarEnd]).entries, [
    `file ${long}: x`,
  ]);
  const prefixed = tarBlock({ path: 'name', prefix: 'some/folder', size: 1 });
  assert.deepEqual(read([prefixed, tarContent('x'), tarEnd]).entries, ['file some/folder/name: x']);
  const old = tarBlock({ path: 'name', prefix: 'ignored', size: 1, magic: 'ustar  \0' });
  assert.deepEqual(read([old, tarContent('x'), tarEnd]).entries, ['file name: x']);
});

test('sizes may be octal, base-256 or in a pax header', () => {
  const base256 = Buffer.alloc(12);
  base256[0] = 0x80;
  base256[11] = 3;
  assert.deepEqual(read([tarBlock({ size: base256 }), tarContent('abc'), tarEnd]).entries, ['file a: abc']);
  const spaced = tarBlock({ size: '         3 ' });
  assert.deepEqual(read([spaced, tarContent('abc'), tarEnd]).entries, ['file a: abc']);
});

test('an archive without end marks is whole when its last entry is', () => {
  assert.deepEqual(read(file('a', 'x')), { entries: ['file a: x'], problems: [] });
});

test('what is cut off is damage, and what came before is kept', () => {
  const whole = Buffer.concat([...file('a', 'x'), ...file('b', 'y'.repeat(600))]);
  const { entries, problems } = read([whole.subarray(0, 1700)]);
  assert.deepEqual(entries, ['file a: x']);
  assert.deepEqual(problems, ['layer-damaged b']);
});

test('damaged headers end the reading', () => {
  const wrong = tarBlock({ path: 'b' });
  wrong[0] = 0x63;
  const negative = Buffer.alloc(12, 0xff);
  const rows: [string, Buffer[]][] = [
    ['wrong checksum', [wrong]],
    ['negative size', [tarBlock({ size: negative })]],
    ['size that is no number', [tarBlock({ size: 'zzz' })]],
    ['malformed pax', [tarBlock({ type: 'x', size: 8 }), tarContent('99 a=b\n\0')]],
    ['pax that counts wrong', [tarBlock({ type: 'x', size: 7 }), tarContent('0 a=b\n\0')]],
    ['pax path with NUL', [paxHeader({ path: 'a\0b' })]],
    ['pax size that is none', [paxHeader({ size: '1e9' })]],
    ['huge pax header', [tarBlock({ type: 'x', size: 2 ** 30 })]],
  ];
  for (const [name, parts] of rows) {
    const { entries, problems } = read([...file('a', 'x'), ...parts, ...file('c', 'z'), tarEnd]);
    assert.deepEqual(entries, ['file a: x'], name);
    assert.equal(problems.length, 1, name);
    assert.match(problems[0] ?? '', /^layer-damaged/, name);
  }
});

test('bytes after the end are a problem, zeros are not', () => {
  assert.deepEqual(read([...file('a', 'x'), tarEnd, Buffer.alloc(9000)]).problems, []);
  const { entries, problems } = read([...file('a', 'x'), tarEnd, Buffer.alloc(3000), ...file('b', 'y'), tarEnd], 700);
  assert.deepEqual({ entries, problems }, { entries: ['file a: x'], problems: ['trailing-data'] });
});

test('where readers differ it goes the way of the runtimes, and says so', () => {
  const hidden = file('hidden', 'h');
  const rows: [name: string, parts: Buffer[], entries: string[], problems: string[]][] = [
    [
      'a link that has content: its content is entries',
      [tarBlock({ type: '1', link: 'x', size: 1024 }), ...hidden],
      ['hardlink a > x', 'file hidden: h'],
      ['ambiguous-entry a'],
    ],
    [
      'a folder that has content',
      [tarBlock({ path: 'd/', type: '5', size: 1024 }), ...hidden],
      ['directory d', 'file hidden: h'],
      ['ambiguous-entry d'],
    ],
    [
      'two sizes: the one of the pax header counts',
      [paxHeader({ size: '1024' }), tarBlock({ size: 0 }), ...hidden],
      [`file a: ${Buffer.concat(hidden).toString('latin1')}`],
      ['ambiguous-entry a'],
    ],
    ['a global path', [paxHeader({ path: 'everywhere' }, 'g'), ...hidden], ['file hidden: h'], ['ambiguous-entry']],
    ['a file named like a folder', file('a/', 'x'), ['file a: x'], ['ambiguous-entry a']],
    ['one empty block between entries', [Buffer.alloc(512), ...hidden], ['file hidden: h'], ['ambiguous-entry']],
    [
      'an unknown kind of entry',
      [tarBlock({ type: 'Z', size: 3 }), tarContent('abc'), ...hidden],
      ['file hidden: h'],
      ['file-damaged a'],
    ],
    [
      'a path without end',
      [paxHeader({ path: 'p'.repeat(5000) }), ...file('a', 'x'), ...hidden],
      ['file hidden: h'],
      [`file-damaged ${'p'.repeat(200)}`],
    ],
  ];
  for (const [name, parts, entries, problems] of rows)
    assert.deepEqual(read([...parts, tarEnd]), { entries, problems }, name);
});

test('a path without bottom is left out', () => {
  const deep = paxHeader({ path: 'd/'.repeat(300) });
  const { entries, problems } = read([deep, ...file('a', 'x'), ...file('b', 'y'), tarEnd]);
  assert.deepEqual(entries, ['file b: y']);
  assert.match(problems.join(), /^ambiguous-entry d.*file-damaged d/);
});

test('an old folder is marked by its name alone, and comments for all files are no problem', () => {
  const old = tarBlock({ path: 'old/', type: '\0' });
  assert.deepEqual(read([paxHeader({ comment: 'abc' }, 'g'), old, tarEnd]), {
    entries: ['directory old'],
    problems: [],
  });
});

test('a size as large in octal as its pax header says is no contradiction', () => {
  assert.deepEqual(read([paxHeader({ size: '1' }), ...file('a', 'x'), tarEnd]).problems, []);
});

test('a sparse file is said to be one, and what follows its maps is found', () => {
  const goesOn = tarBlock({ type: 'S', size: 1, magic: 'ustar  \0', poke: (block) => void block.writeUInt8(1, 482) });
  const more = Buffer.alloc(512);
  more[504] = 1;
  const { entries, problems } = read(
    [goesOn, more, Buffer.alloc(512), tarContent('x'), ...file('b', 'y'), tarEnd],
    300,
  );
  assert.deepEqual({ entries, problems }, { entries: ['file a (sparse): x', 'file b: y'], problems: [] });
  assert.deepEqual(read([paxHeader({ 'GNU.sparse.name': 'real' }), ...file('a', 'x'), tarEnd]).entries, [
    'file real (sparse): x',
  ]);
});

test('no bytes make it throw or hang', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const base = writeTar({
    'a/b': 'text',
    [`${'x'.repeat(120)}`]: 'long',
    link: { symlink: 'a/b' },
    big: 'y'.repeat(3000),
  });
  for (let round = 0; round < 500; round += 1) {
    const bytes = Buffer.from(base.subarray(0, random(base.length)));
    for (let flips = random(6); flips > 0 && bytes.length > 0; flips -= 1) bytes[random(bytes.length)] = random(256);
    read([bytes], 1 + random(2000));
  }
});
