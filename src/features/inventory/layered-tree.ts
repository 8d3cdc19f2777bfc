import { normalizePath } from '#formats/layers/index.ts';
import type { FileTree, FoundPackage, TreeFile } from './cataloger.ts';
import type { LayerFacts } from './layer-facts.ts';

/** A package that is still there when all layers lie on top of each other. */
export interface SurvivingPackage {
  readonly layer: string;
  readonly cataloger: string;
  readonly found: FoundPackage;
}

const MAX_LINKS = 40;

/** The file of the layer that a package was found in: without what follows "!" inside an archive. */
function outerPath(path: string): string {
  const bang = path.indexOf('!');
  return bang < 0 ? path : path.slice(0, bang);
}

function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash);
}

/**
 * Layers on top of each other (OCI image-spec 1.1, "Image Layer Filesystem Changeset"): whiteouts and opaque directories
 * hide what lower layers brought, never what their own layer brings; what is written again replaces what was there.
 */
export class LayeredTree implements FileTree {
  readonly #files = new Map<string, TreeFile>();
  readonly #links = new Map<string, string>();
  readonly #packages = new Map<string, SurvivingPackage[]>();

  add(facts: LayerFacts): void {
    this.#hide(facts);
    for (const path of facts.directories) this.#links.delete(path);
    for (const { path } of facts.hashes) this.#links.delete(path);
    for (const [path, target] of facts.symlinks) this.#links.set(path, target);
    for (const file of facts.databaseFiles) this.#files.set(this.resolve(file.path), { ...file, layer: facts.diffId });
    for (const [path, target] of facts.hardlinks) {
      const file = this.#files.get(this.resolve(target));
      if (file) this.#files.set(this.resolve(path), { ...file, path, layer: facts.diffId });
    }
    for (const { cataloger, packages } of facts.packages) {
      for (const found of packages) {
        const outer = outerPath(found.path);
        const known = this.#packages.get(outer);
        const item = { layer: facts.diffId, cataloger, found };
        if (known) known.push(item);
        else this.#packages.set(outer, [item]);
      }
    }
  }

  #hide(facts: LayerFacts): void {
    const gone = new Set(facts.whiteouts.map((path) => normalizePath(path)));
    const hidden = new Set(facts.opaque);
    // A file, link or device in the place of a directory hides what was in it; in the place of a file it replaces it.
    const replaced = new Set<string>([
      ...facts.hashes.map((file) => file.path),
      ...facts.symlinks.map(([path]) => path),
      ...facts.hardlinks.map(([path]) => path),
    ]);
    const directories = new Set(facts.directories);
    const isGone = (path: string): boolean => {
      if (gone.has(path) || replaced.has(path) || directories.has(path)) return true;
      if (hidden.has('')) return true;
      for (const ancestor of ancestorsOf(path)) {
        if (gone.has(ancestor) || hidden.has(ancestor) || replaced.has(ancestor)) return true;
      }
      return false;
    };
    for (const map of [this.#files, this.#links, this.#packages]) {
      for (const path of map.keys()) if (isGone(path)) map.delete(path);
    }
  }

  /** The path with the symbolic links of its directories, and its own, followed inside the image. */
  resolve(path: string): string {
    let current = path;
    for (let links = 0; links < MAX_LINKS; links += 1) {
      const link = this.#firstLink(current);
      if (link === undefined) return current;
      const target = this.#links.get(link) ?? '';
      const parent = link.slice(0, Math.max(0, link.lastIndexOf('/')));
      const base = target.startsWith('/') ? target : `${parent}/${target}`;
      current = normalizePath(`/${base}${current.slice(link.length)}`);
    }
    return current;
  }

  #firstLink(path: string): string | undefined {
    if (this.#links.size === 0) return undefined;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const prefix = path.slice(0, slash);
      if (this.#links.has(prefix)) return prefix;
    }
    return this.#links.has(path) ? path : undefined;
  }

  find(path: string): TreeFile | undefined {
    return this.#files.get(path) ?? this.#files.get(this.resolve(path));
  }

  *list(prefix: string): Generator<TreeFile> {
    const resolved = prefix.endsWith('/') ? `${this.resolve(prefix.slice(0, -1))}/` : prefix;
    const wanted = [...this.#files].filter(([path]) => path.startsWith(prefix) || path.startsWith(resolved));
    for (const [, file] of wanted.sort(([a], [b]) => (a < b ? -1 : 1))) yield file;
  }

  *packages(): Generator<SurvivingPackage> {
    for (const found of this.#packages.values()) yield* found;
  }
}
