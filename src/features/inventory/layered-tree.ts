import { normalizePath } from '#formats/layers/index.ts';
import type { FileTree, FolderEntry, FoundPackage, TreeFile } from './cataloger.ts';
import type { FilePackages, LayerFacts } from './layer-facts.ts';
import { ListedFolders } from './listed-folders.ts';

/** Packages of one file that is still there when all layers lie on top of each other. */
export interface SurvivingFile {
  readonly layer: string;
  readonly cataloger: string;
  /** Where the file really lies: links among its folders followed. */
  readonly place: string;
  readonly packages: readonly FoundPackage[];
  /** The number of the lowest layer from which on these packages lie here: writing the same again changes nothing. */
  readonly since: number;
}

const MAX_LINKS = 40;

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash);
}

function isSame(some: readonly FoundPackage[], others: readonly FoundPackage[]): boolean {
  return some.length === others.length && some.every(({ purl }, index) => purl === others[index]?.purl);
}

function renamed(found: FoundPackage, from: string, to: string): FoundPackage {
  return { ...found, path: found.path.startsWith(from) ? to + found.path.slice(from.length) : found.path };
}

/**
 * Layers on top of each other (OCI image-spec 1.1, "Image Layer Filesystem Changeset"): whiteouts and opaque directories
 * hide what lower layers brought, never what their own layer brings; what is written again replaces what was there.
 */
export class LayeredTree implements FileTree {
  readonly #files = new Map<string, TreeFile>();
  readonly #links = new Map<string, string>();
  readonly #packages = new Map<string, SurvivingFile[]>();
  readonly #numbers = new Map<string, number>();
  readonly #listed: ListedFolders;
  #folders = new Map<string, string>();
  #layers = 0;

  /** `lists` are the folders whose entries are asked for. */
  constructor(lists: readonly string[] = []) {
    this.#listed = new ListedFolders(lists);
  }

  add(facts: LayerFacts): void {
    this.#numbers.set(facts.diffId, this.#layers);
    const earlier = new Map(facts.packages.map(({ path }) => [path, this.#packages.get(this.place(path)) ?? []]));
    this.#listed.add(facts);
    this.#replaceLinks(facts);
    this.#hide(facts);
    for (const [path, target] of facts.symlinks) this.#links.set(this.place(path), target);
    this.#folders = new Map();
    for (const file of facts.databaseFiles) this.#files.set(this.place(file.path), { ...file, layer: facts.diffId });
    for (const path of new Set(facts.packages.map((file) => file.path))) this.#packages.delete(this.place(path));
    for (const file of facts.packages) this.#addPackages(facts.diffId, file, earlier.get(file.path) ?? []);
    for (const [path, target] of facts.hardlinks) this.#addHardLink(facts.diffId, path, target);
    this.#layers += 1;
  }

  /** The number of a layer, counted from the lowest. */
  numberOf(layer: string): number {
    return this.#numbers.get(layer) ?? -1;
  }

  #addPackages(layer: string, file: FilePackages, earlier: readonly SurvivingFile[]): void {
    const { cataloger, path, packages } = file;
    const place = this.place(path);
    const same = earlier.find((each) => each.cataloger === cataloger && isSame(each.packages, packages));
    const since = same?.since ?? this.#layers;
    const known = this.#packages.get(place) ?? [];
    this.#packages.set(place, [...known, { layer, cataloger, place, packages, since }]);
  }

  /** The other name of a file has what the file has; it may stay when the first name goes. */
  #addHardLink(layer: string, path: string, target: string): void {
    const place = this.place(path);
    const real = this.place(target);
    const file = this.#files.get(real);
    if (file && !this.#files.has(place)) this.#files.set(place, { ...file, path, layer });
    if (this.#packages.has(place)) return;
    for (const { cataloger, packages } of this.#packages.get(real) ?? []) {
      const same = packages.map((found) => renamed(found, target, path));
      this.#addPackages(layer, { cataloger, path, packages: same }, []);
    }
  }

  /** What this layer puts in the place of a symbolic link. */
  #replaceLinks(facts: LayerFacts): void {
    if (this.#links.size === 0) return;
    const others = [facts.directories, facts.devices, facts.hashes.map((file) => file.path)];
    const places = [...others.flat(), ...facts.hardlinks.map(([path]) => path)].map((path) => this.place(path));
    for (const place of places) this.#links.delete(place);
    this.#folders = new Map();
  }

  #hide(facts: LayerFacts): void {
    if (this.#files.size + this.#links.size + this.#packages.size === 0) return;
    const gone = new Set(facts.whiteouts.map((path) => this.place(normalizePath(path))));
    const hidden = new Set(facts.opaque.map((path) => this.resolve(path)));
    // A file, link or device in the place of a directory hides what was in it; in the place of a file it replaces it.
    const replaced = new Set<string>();
    for (const { path } of facts.hashes) replaced.add(this.place(path));
    for (const [path] of facts.symlinks) replaced.add(this.place(path));
    for (const [path] of facts.hardlinks) replaced.add(this.place(path));
    for (const path of facts.devices) replaced.add(this.place(path));
    const directories = new Set(facts.directories.map((path) => this.place(path)));
    const isGone = (path: string): boolean => {
      if (hidden.has('') || gone.has(path) || replaced.has(path) || directories.has(path)) return true;
      for (const ancestor of ancestorsOf(path))
        if (gone.has(ancestor) || hidden.has(ancestor) || replaced.has(ancestor)) return true;
      return false;
    };
    for (const map of [this.#files, this.#links, this.#packages])
      for (const path of map.keys()) if (isGone(path)) map.delete(path);
    this.#folders = new Map();
  }

  /** The path with the links among its folders followed, but not its own. */
  place(path: string): string {
    if (this.#links.size === 0) return path;
    const parent = parentOf(path);
    if (parent === '') return path;
    let folder = this.#folders.get(parent);
    if (folder === undefined) {
      folder = this.resolve(parent);
      this.#folders.set(parent, folder);
    }
    if (folder === parent) return path;
    const name = path.slice(parent.length + 1);
    return folder === '' ? name : `${folder}/${name}`;
  }

  /** The path with the symbolic links of its folders, and its own, followed inside the image. */
  resolve(path: string): string {
    let current = path;
    for (let links = 0; links < MAX_LINKS; links += 1) {
      const link = this.#firstLink(current);
      if (link === undefined) return current;
      const target = this.#links.get(link) ?? '';
      const base = target.startsWith('/') ? target : `${parentOf(link)}/${target}`;
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

  /** The paths of symbolic links below a folder. */
  linksBelow(folder: string): string[] {
    return [...this.#links.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  find(path: string): TreeFile | undefined {
    return this.#files.get(path) ?? this.#files.get(this.resolve(path));
  }

  *list(prefix: string): Generator<TreeFile> {
    const resolved = prefix.endsWith('/') ? `${this.resolve(prefix.slice(0, -1))}/` : prefix;
    const wanted = [...this.#files].filter(([path]) => path.startsWith(prefix) || path.startsWith(resolved));
    for (const [, file] of wanted.sort(([a], [b]) => (a < b ? -1 : 1))) yield file;
  }

  entries(folder: string): Iterable<FolderEntry> {
    return this.#listed.entries(folder);
  }

  /** The last layer that wrote to an entry of a listed folder, by its path. */
  layerOfEntry(path: string): string | undefined {
    return this.#listed.layerOf(parentOf(path), path.slice(parentOf(path).length + 1));
  }

  *packages(): Generator<SurvivingFile> {
    for (const files of this.#packages.values()) yield* files;
  }
}
