import type { FoundPackage } from './cataloger.ts';

/** What was read from the content itself, so that statements about the content add only what is new. */
export class KnownPackages {
  readonly #keys = new Set<string>();

  add(found: FoundPackage): void {
    for (const key of keysOf(found)) this.#keys.add(key);
  }

  has(found: FoundPackage): boolean {
    return keysOf(found).some((key) => this.#keys.has(key));
  }
}

/** Packages of the operating system go by their own name or their source's; statements leave epochs out at times. */
function keysOf({ name, version, purl, sourceName, sourceVersion }: FoundPackage): string[] {
  const type = purl.slice(0, purl.indexOf('/'));
  const key = (each: string, number: string) => `${type}\0${each}\0${number.replace(/^\d+:/, '')}`;
  const own = key(name, version);
  return sourceName === undefined ? [own] : [own, key(sourceName, sourceVersion ?? version)];
}
