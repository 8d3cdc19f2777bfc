import { isDigitAt, skipDigits } from './characters.ts';

/** A PEP 440 version taken apart; what is absent is undefined. Numbers are runs of digits. */
export interface Pep440Parts {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: { readonly stage: 'a' | 'b' | 'rc'; readonly number: string } | undefined;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[] | undefined;
}

const stages: readonly (readonly [string, 'a' | 'b' | 'rc'])[] = [
  ['alpha', 'a'],
  ['beta', 'b'],
  ['preview', 'rc'],
  ['pre', 'rc'],
  ['rc', 'rc'],
  ['a', 'a'],
  ['b', 'b'],
  ['c', 'rc'],
];
const postWords = ['post', 'rev', 'r'];

/** Undefined when PEP 440 does not allow the version. https://peps.python.org/pep-0440/#appendix-b-parsing-version-strings-with-regular-expressions */
export function parsePep440(version: string): Pep440Parts | undefined {
  const text = version.trim().toLowerCase();
  const reader = new Reader(text, text[0] === 'v' ? 1 : 0);
  const epoch = reader.readEpoch();
  const release = reader.readRelease();
  if (release.length === 0) return undefined;
  const pre = reader.readPre();
  const post = reader.readPost();
  const dev = reader.readTagged(['dev'])?.number;
  const local = reader.readLocal();
  return reader.index === text.length ? { epoch, release, pre, post, dev, local } : undefined;
}

class Reader {
  readonly #text: string;
  index: number;

  constructor(text: string, index: number) {
    this.#text = text;
    this.index = index;
  }

  #takeDigits(): string {
    const end = skipDigits(this.#text, this.index);
    const digits = this.#text.slice(this.index, end);
    this.index = end;
    return digits;
  }

  readEpoch(): string {
    const end = skipDigits(this.#text, this.index);
    if (end === this.index || this.#text[end] !== '!') return '';
    const epoch = this.#takeDigits();
    this.index += 1;
    return epoch;
  }

  readRelease(): string[] {
    const numbers: string[] = [];
    while (isDigitAt(this.#text, this.index)) {
      numbers.push(this.#takeDigits());
      if (this.#text[this.index] !== '.' || !isDigitAt(this.#text, this.index + 1)) break;
      this.index += 1;
    }
    return numbers;
  }

  #separatorAt(index: number): number {
    return '-_.'.includes(this.#text[index] ?? ' ') ? 1 : 0;
  }

  /** `[-_.]?WORD[-_.]?[0-9]*` */
  readTagged(words: readonly string[]): { word: string; number: string } | undefined {
    const start = this.index + this.#separatorAt(this.index);
    const word = words.find((candidate) => this.#text.startsWith(candidate, start));
    if (word === undefined) return undefined;
    this.index = start + word.length;
    this.index += this.#separatorAt(this.index);
    return { word, number: this.#takeDigits() };
  }

  readPre(): Pep440Parts['pre'] {
    const tagged = this.readTagged(stages.map(([word]) => word));
    const stage = stages.find(([word]) => word === tagged?.word)?.[1];
    return tagged && stage ? { stage, number: tagged.number } : undefined;
  }

  readPost(): string | undefined {
    if (this.#text[this.index] === '-' && isDigitAt(this.#text, this.index + 1)) {
      this.index += 1;
      return this.#takeDigits();
    }
    return this.readTagged(postWords)?.number;
  }

  readLocal(): string[] | undefined {
    if (this.#text[this.index] !== '+') return undefined;
    const words = this.#text.slice(this.index + 1).split(/[-_.]/);
    if (!words.every((word) => /^[a-z0-9]+$/.test(word))) return undefined;
    this.index = this.#text.length;
    return words;
  }
}
