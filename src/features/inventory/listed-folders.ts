import type { FolderEntry } from './cataloger.ts';
import type { LayerFacts } from './layer-facts.ts';

/** The names directly in some folders, as layers come on top of each other. Links on the way to the folders are not followed. */
export class ListedFolders {
  /** Folder → name → layer. */
  readonly #folders: ReadonlyMap<string, Map<string, string>>;

  constructor(folders: readonly string[]) {
    this.#folders = new Map(folders.map((folder) => [folder, new Map()]));
  }

  add(facts: LayerFacts): void {
    for (const [folder, names] of this.#folders) {
      hide(facts, folder, names);
      const start = `${folder}/`;
      for (const path of pathsOf(facts)) {
        if (!path.startsWith(start) || path.length === start.length) continue;
        const end = path.indexOf('/', start.length);
        names.set(path.slice(start.length, end < 0 ? undefined : end), facts.diffId);
      }
    }
  }

  layerOf(folder: string, name: string): string | undefined {
    return this.#folders.get(folder)?.get(name);
  }

  /** In the order of their names. */
  entries(folder: string): FolderEntry[] {
    const names = [...(this.#folders.get(folder) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return names.map(([name, layer]) => ({ name, layer }));
  }
}

function* pathsOf({ hashes, directories, symlinks, hardlinks }: LayerFacts): Generator<string> {
  for (const { path } of hashes) yield path;
  yield* directories;
  for (const [path] of symlinks) yield path;
  for (const [path] of hardlinks) yield path;
}

function hide({ whiteouts, opaque }: LayerFacts, folder: string, names: Map<string, string>): void {
  const isAround = (path: string) => path === '' || path === folder || folder.startsWith(`${path}/`);
  if (opaque.some(isAround) || whiteouts.some(isAround)) names.clear();
  for (const path of whiteouts) if (path.startsWith(`${folder}/`)) names.delete(path.slice(folder.length + 1));
}
