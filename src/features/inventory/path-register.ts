import type { LayerFileHash } from './layer-facts.ts';

type Kind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device';

interface Entry {
  kind: Kind;
  /** Of links. */
  target: string;
  /** Of files, once they were read. */
  sha256: string | undefined;
  sizeBytes: number;
}

/** Every path of a layer by its last mention: later entries of one archive replace earlier ones. */
export class PathRegister {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  get entries(): number {
    return this.#entries.size;
  }

  /** The room that the paths and targets take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The kind that the path had before. */
  add(path: string, kind: Kind, target = ''): Kind | undefined {
    this.#bytes += path.length + target.length;
    const known = this.#entries.get(path);
    if (known === undefined) {
      this.#entries.set(path, { kind, target, sha256: undefined, sizeBytes: 0 });
      return undefined;
    }
    const before = known.kind;
    known.kind = kind;
    known.target = target;
    return before;
  }

  /** The digest that the path had before. */
  addDigest(path: string, sha256: string, sizeBytes: number): string | undefined {
    const entry = this.#entries.get(path);
    const before = entry?.sha256;
    if (entry) {
      entry.sha256 = sha256;
      entry.sizeBytes = sizeBytes;
    }
    return before;
  }

  isFile(path: string): boolean {
    return this.#entries.get(path)?.kind === 'file';
  }

  sizeOf(path: string): number {
    return this.#entries.get(path)?.sizeBytes ?? 0;
  }

  /** Files that were read to their end. */
  files(): LayerFileHash[] {
    const files: LayerFileHash[] = [];
    for (const [path, { kind, sha256, sizeBytes }] of this.#entries)
      if (kind === 'file' && sha256 !== undefined) files.push({ path, sha256, sizeBytes });
    return files;
  }

  links(kind: 'symlink' | 'hardlink'): [path: string, target: string][] {
    const links: [string, string][] = [];
    for (const [path, entry] of this.#entries) if (entry.kind === kind) links.push([path, entry.target]);
    return links;
  }

  paths(kind: Kind): string[] {
    const paths: string[] = [];
    for (const [path, entry] of this.#entries) if (entry.kind === kind) paths.push(path);
    return paths;
  }
}
