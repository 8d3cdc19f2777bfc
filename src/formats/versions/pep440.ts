import { compareDigits, compareText, isDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import { comparePaddedNumbers } from './components.ts';
import { compareLegacy } from './pep440-legacy.ts';
import { type Pep440Parts, parsePep440 } from './pep440-parts.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Python. https://peps.python.org/pep-0440/ ; what it does not allow sorts before, in setuptools' older way. */
export const pep440: VersionScheme = { id: 'pep440', isValid, compare, coarse };

function isValid(version: string): boolean {
  return parsePep440(version) !== undefined;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = parsePep440(a);
  const right = parsePep440(b);
  if (left && right) return compareParts(left, right);
  if (left || right) return left ? 1 : -1;
  return compareLegacy(a, b);
}

function compareParts(a: Pep440Parts, b: Pep440Parts): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    comparePaddedNumbers(a.release, b.release) ||
    stageOf(a) - stageOf(b) ||
    compareDigits(a.pre?.number ?? '', b.pre?.number ?? '') ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

/** A development release of the release itself comes before its alphas; the release after its candidates. */
function stageOf({ pre, post, dev }: Pep440Parts): number {
  if (pre) return ['a', 'b', 'rc'].indexOf(pre.stage);
  return post === undefined && dev !== undefined ? -1 : 3;
}

/** `absent`: where a version without the part comes. */
function compareOptional(a: string | undefined, b: string | undefined, absent: -1 | 1): number {
  if (a !== undefined && b !== undefined) return compareDigits(a, b);
  return absent * (Number(a === undefined) - Number(b === undefined));
}

function compareLocal(a: readonly string[] | undefined, b: readonly string[] | undefined): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareLocalPart(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareLocalPart(a: string, b: string): number {
  if (isDigits(a) !== isDigits(b)) return isDigits(a) ? 1 : -1;
  return isDigits(a) ? compareDigits(a, b) : compareText(a, b);
}

/** Versions from before PEP 440 come before all others. */
function coarse(version: string): string {
  const parts = parsePep440(version);
  return formatCoarse(parts ? { epoch: parts.epoch, numbers: parts.release } : { numbers: [] });
}
