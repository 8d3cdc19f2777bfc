/** What an entry of a layer is, by the path's last mention: later entries of one archive replace earlier ones. */
type Kind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device';

/** Every path of a layer, and how much room they take. */
export class PathRegister {
  readonly #kinds = new Map<string, Kind>();
  readonly #targets = new Map<string, string>();
  readonly #digests = new Map<string, { readonly sha256: string; readonly sizeBytes: number }>();
  #bytes = 0;

  get entries(): number {
    return this.#kinds.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The kind that the path had before. */
  add(path: string, kind: Kind, target = ''): Kind | undefined {
    const before = this.#kinds.get(path);
    if (before === undefined) this.#bytes += path.length;
    this.#kinds.set(path, kind);
    if (kind === 'symlink' || kind === 'hardlink') {
      this.#bytes += target.length;
      this.#targets.set(path, target);
    }
    return before;
  }

  /** The digest that the path had before. */
  addDigest(path: string, sha256: string, sizeBytes: number): string | undefined {
    const before = this.#digests.get(path)?.sha256;
    this.#digests.set(path, { sha256, sizeBytes });
    return before;
  }

  isFile(path: string): boolean {
    return this.#kinds.get(path) === 'file';
  }

  sizeOf(path: string): number {
    return this.#digests.get(path)?.sizeBytes ?? 0;
  }

  files(): { path: string; sha256: string; sizeBytes: number }[] {
    const files: { path: string; sha256: string; sizeBytes: number }[] = [];
    for (const [path, { sha256, sizeBytes }] of this.#digests)
      if (this.isFile(path)) files.push({ path, sha256, sizeBytes });
    return files;
  }

  links(kind: 'symlink' | 'hardlink'): [path: string, target: string][] {
    return this.paths(kind).map((path) => [path, this.#targets.get(path) ?? '']);
  }

  paths(kind: Kind): string[] {
    const paths: string[] = [];
    for (const [path, known] of this.#kinds) if (known === kind) paths.push(path);
    return paths;
  }
}
