/**
 * Whether the text is as the pattern says: `*` any characters, `?` one, `[a-z]` one of these, `[!a-z]` one of the others.
 * Never takes longer than the product of both lengths, whatever the pattern.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = partsOf(pattern);
  let part = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      star = part;
      resume = at;
      part += 1;
    } else if (wanted !== undefined && accepts(wanted, text.charAt(at))) {
      part += 1;
      at += 1;
    } else if (star >= 0) {
      part = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

/** The pattern that takes the text in, unless a later one that begins with `!` takes it out; undefined when none does. */
export function takenInBy(patterns: readonly string[], text: string): string | undefined {
  let taken: string | undefined;
  for (const pattern of patterns) {
    if (!pattern.startsWith('!')) taken = matchesPattern(pattern, text) ? pattern : taken;
    else if (matchesPattern(pattern.slice(1), text)) taken = undefined;
  }
  return taken;
}

function partsOf(pattern: string): string[] {
  return pattern.match(/\[!?[^\]]+\]|./gs) ?? [];
}

function accepts(part: string, character: string): boolean {
  if (part === '?') return true;
  if (part.length === 1) return part === character;
  const isExcept = part.startsWith('[!');
  const inner = part.slice(isExcept ? 2 : 1, -1);
  const ranges = inner.match(/.-.|./gs) ?? [];
  const isIn = ranges.some((range) =>
    range.length === 3 ? character >= range.charAt(0) && character <= range.charAt(2) : range === character,
  );
  return isIn !== isExcept;
}
