import type { CollectorOptions, LayerCollector } from './layer-collector.ts';

const MAX_LINKS = 40;

/** The path of the file that a chain of hard links ends at. */
function realPath(targets: ReadonlyMap<string, string>, path: string): string {
  let current = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const next = targets.get(current);
    if (next === undefined) break;
    current = next;
  }
  return current;
}

/**
 * The names that hard links give to files of the same layer and under which somebody wants them, where the files' own names
 * said nothing: package managers link files into place from a store. By the path of the file.
 */
export function wantedHardLinks(options: CollectorOptions, collector: LayerCollector): Map<string, string[]> {
  const targets = new Map(collector.paths.links('hardlink'));
  const kept = new Set(collector.databaseFiles.map((file) => file.path));
  const names = new Map<string, string[]>();
  for (const path of targets.keys()) {
    const real = realPath(targets, path);
    if (!collector.paths.isFile(real)) continue;
    const file = { path, mode: 0o644, sizeBytes: collector.paths.sizeOf(real), head: new Uint8Array() };
    const isWanted =
      options.fileCatalogers.some((each) => each.wants(file) && !collector.wasRead(each.id, real)) ||
      (!kept.has(real) && (options.keeps.has(path) || options.databaseCatalogers.some((each) => each.wants(path))));
    if (!isWanted) continue;
    const known = names.get(real);
    if (known) known.push(path);
    else names.set(real, [path]);
  }
  return names;
}
