/** What a person typed into the search field, taken apart. All parts are and-ed. */
export interface SearchQuery {
  /** Words to find in name, sentence or owner, or as the start of a package, finding or label. */
  readonly words: readonly string[];
  readonly owner: string | null;
  readonly cve: string | null;
  readonly packageName: string | null;
  /** Ends before this day or month (`ends:<2027-03`). */
  readonly endsBefore: string | null;
}

const MAX_WORDS = 8;

/** `openssl 3` is one thing to look for: a package and the start of its version. */
function joinVersions(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (/^\d[\w.+~:-]*$/.test(word) && last !== undefined && !last.includes(' '))
      joined[joined.length - 1] = `${last} ${word}`;
    else joined.push(word);
  }
  return joined;
}

export function parseSearch(text: string): SearchQuery {
  const words: string[] = [];
  const named = new Map<string, string>();
  for (const part of text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS)) {
    const [, name, value] = /^(owner|cve|package|ends):(.+)$/.exec(part) ?? [];
    if (name && value) named.set(name, value);
    else words.push(part);
  }
  const day = /^<(\d{4}-\d{2}(?:-\d{2})?)$/.exec(named.get('ends') ?? '')?.[1];
  return {
    words: joinVersions(words),
    owner: named.get('owner') ?? null,
    cve: named.get('cve') ?? null,
    packageName: named.get('package') ?? null,
    endsBefore: day ? `${day}-01`.slice(0, 10) : null,
  };
}
