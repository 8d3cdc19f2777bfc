/** Character classes and number order shared by the schemes; ASCII only, as the tools do it. */

export function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

export function isLetterAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 32;
  return code >= 97 && code <= 122;
}

export function isDigits(text: string): boolean {
  return text.length > 0 && skipDigits(text, 0) === text.length;
}

/** The index after the digits that start at `index`. */
export function skipDigits(text: string, index: number): number {
  let end = index;
  while (isDigitAt(text, end)) end += 1;
  return end;
}

/** The index after the letters that start at `index`. */
export function skipLetters(text: string, index: number): number {
  let end = index;
  while (isLetterAt(text, end)) end += 1;
  return end;
}

export function skipZeros(text: string, index: number): number {
  let end = index;
  while (text.charCodeAt(end) === 48) end += 1;
  return end;
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Orders two runs of digits as numbers of any length; an empty run is zero. */
export function compareDigits(a: string, b: string): number {
  const left = a.slice(skipZeros(a, 0));
  const right = b.slice(skipZeros(b, 0));
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return compareText(left, right);
}

export function isZero(digits: string): boolean {
  return skipZeros(digits, 0) === digits.length;
}
