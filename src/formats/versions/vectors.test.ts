import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { effortOf } from '#testkit/effort.ts';
import { checkPairs, findScheme, type VersionScheme, versionSchemes } from './index.ts';

const folder = join(process.env.ASSAY_TEST_DATA ?? '', 'versions');
const skip = process.env.ASSAY_TEST_DATA && existsSync(folder) ? false : 'ASSAY_TEST_DATA has no versions folder';

test('no scheme contradicts any of the vectors', { skip }, async (t) => {
  for (const file of readdirSync(folder)) {
    await t.test(file, async () => {
      const scheme = findScheme(file.split('-')[0] ?? '');
      assert.ok(scheme, `no scheme for ${file}`);
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      const result = await checkPairs(scheme, lines);
      assert.deepEqual(result.contradictions, []);
      for (const line of lines) {
        const [a, , b] = line.split(' ');
        if (a && b && scheme.isValid(a) && scheme.isValid(b)) assertCoarse(scheme, a, b);
      }
      assert.ok(result.pairs > 0);
    });
  }
});

/** Numbers that repeat, so that a failing pair can be found again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const alphabets: Readonly<Record<string, readonly string[]>> = {
  apk: ['0', '1', '2', '10', '01', '.', '.', 'a', 'b', '_rc', '_p', '_alpha1', '_git', '-r0', '-r1', '~ab'],
  cran: ['0', '1', '10', '01', '.', '-', '.'],
  dpkg: ['0', '1', '10', '01', '.', '-', '~', '+', 'a', 'Z', ':', '~~', 'deb'],
  hackage: ['0', '1', '10', '01', '.', '.'],
  maven: ['0', '1', '10', '01', '.', '-', '.', 'alpha', 'a', 'sp', 'ga', 'snapshot', 'xyz', 'rc', 'final'],
  nuget: ['0', '1', '10', '01', '.', '.', '-', 'a', 'B', '+x'],
  packagist: ['0', '1', '10', '.', '-', 'a', 'beta', 'RC', 'pl', 'dev', 'xyz'],
  pep440: ['0', '1', '10', '.', '!', 'a1', 'rc', '.post', '.dev', '+l', '-', 'xyz', 'final', 'dev', 'pre'],
  pub: ['0', '1', '.1.0', '.0.1', '10', '-', '-a', '.B', '+x', '.2', '+1'],
  rpm: ['0', '1', '10', '01', '.', '-', '~', '^', 'a', 'Z', ':', 'el', '_', '+'],
  rubygems: ['0', '1', '10', '01', '.', '-', 'a', 'pre', 'B'],
  semver: ['0', '1', '.1.0', '.0.1', '10', '-', '-a', '.B', '+x', '.2', '-rc.1'],
};

function makeVersions(id: string, count: number): string[] {
  const random = seeded(42);
  const pieces = alphabets[id] ?? [];
  const versions: string[] = [];
  while (versions.length < count) {
    let version = random(8) === 0 ? '' : String(random(3));
    for (let i = random(7); i >= 0; i -= 1) version += pieces[random(pieces.length)] ?? '';
    versions.push(version);
  }
  return versions;
}

function assertCoarse(scheme: VersionScheme, a: string, b: string): void {
  const order = scheme.compare(a, b);
  const [left, right] = [scheme.coarse(a), scheme.coarse(b)];
  assert.equal(left.length, 29, a);
  assert.ok(order > 0 || left <= right, `${a} ${left}, ${b} ${right}`);
  assert.ok(order < 0 || left >= right, `${a} ${left}, ${b} ${right}`);
}

/** Maven's own order has cycles where a word follows a dot or comes first. */
function isOrderly(id: string, version: string): boolean {
  return id !== 'maven' || /^[1-9](?!.*\.[a-z])/.test(version);
}

for (const scheme of versionSchemes) {
  test(`${scheme.id} is a total order over valid versions, and antisymmetric over all`, () => {
    const all = makeVersions(scheme.id, 2500);
    for (let i = 1; i < all.length; i += 1) {
      const [a = '', b = ''] = [all[i - 1], all[i]];
      assert.equal(Math.sign(scheme.compare(a, b)), -Math.sign(scheme.compare(b, a)) + 0, `${a} and ${b}`);
      assert.equal(scheme.compare(a, a), 0);
    }
    const valid = all.filter((version) => scheme.isValid(version) && isOrderly(scheme.id, version)).slice(0, 50);
    assert.ok(valid.length > 30, `only ${valid.length} of the generated versions are valid`);
    for (const a of valid)
      for (const b of valid)
        for (const c of valid) {
          const ab = scheme.compare(a, b);
          const bc = scheme.compare(b, c);
          if (ab <= 0 && bc <= 0) {
            const ac = scheme.compare(a, c);
            assert.ok(ab < 0 || bc < 0 ? ac < 0 : ac === 0, `${a}, ${b}, ${c}: ${ab} ${bc} ${ac}`);
          }
        }
  });

  test(`${scheme.id} has coarse versions that never contradict it`, () => {
    const valid = makeVersions(scheme.id, 4000).filter((version) => scheme.isValid(version));
    valid.sort(isOrderly(scheme.id, '1.a') ? scheme.compare : undefined);
    for (let i = 1; i < valid.length; i += 1) assertCoarse(scheme, valid[i - 1] ?? '', valid[i] ?? '');
  });

  test(`${scheme.id} compares hostile texts in linear time`, async () => {
    for (const piece of ['9', '0', '.', '-', '1.', '1-', 'a1', '~', '^', '_rc1', '-a.', '+1']) {
      const long = `1${piece.repeat(100_000)}`;
      const effort = await effortOf(() => {
        scheme.isValid(long);
        scheme.coarse(long);
        scheme.compare(`${long}1`, `${long}2`);
      });
      assert.ok(effort < 1000, `"${piece}" repeated takes too long`);
    }
  });
}

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;
test('dpkg agrees with the real dpkg', { skip: hasDpkg ? false : 'no dpkg on PATH' }, () => {
  const scheme = findScheme('dpkg');
  assert.ok(scheme);
  const valid = makeVersions('dpkg', 3000).filter((version) => scheme.isValid(version));
  for (let i = 1; i < Math.min(valid.length, 150); i += 1) {
    const [a = '', b = ''] = [valid[i - 1], valid[i]];
    const order: number = scheme.compare(a, b);
    const operator: string = order === 0 ? 'eq' : order < 0 ? 'lt' : 'gt';
    const answer = spawnSync('dpkg', ['--compare-versions', a, operator, b], { encoding: 'utf8' });
    if (answer.stderr.includes('bad syntax')) continue;
    assert.equal(answer.status, 0, `dpkg does not say ${a} ${operator} ${b}`);
  }
});

const hasRpm = spawnSync('rpm', ['--version']).status === 0;
test('rpm agrees with the real rpm', { skip: hasRpm ? false : 'no rpm on PATH' }, () => {
  const scheme = findScheme('rpm');
  assert.ok(scheme);
  const valid = makeVersions('rpm', 3000).filter((version) => scheme.isValid(version));
  const pairs = valid.slice(1).map((b, i) => [valid[i] ?? '', b] as const);
  const script = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. " ")`).join('\n');
  const answer = spawnSync('rpm', ['--eval', `%{lua: ${script} }`], { encoding: 'utf8' });
  const orders = answer.stdout.trim().split(/\s+/);
  assert.equal(orders.length, pairs.length, answer.stderr);
  for (const [i, [a, b]] of pairs.entries()) {
    assert.equal(Math.sign(scheme.compare(a, b)), Number(orders[i]), `${a} and ${b}`);
  }
});
