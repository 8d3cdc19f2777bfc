import type { Cataloger } from './cataloger.ts';
import type { FileExaminer } from './file-examiner.ts';
import type { LayerFacts } from './layer-facts.ts';
import { EXAMINER, versionsOf } from './read-layer.ts';

/** What has changed since a layer was read. */
export interface Staleness {
  /** Catalogers (and the examiner) of other versions than the present ones: what they found counts no longer. */
  readonly outdated: ReadonlySet<string>;
  /** Those of them that have to see the layer again. */
  readonly catalogers: readonly Cataloger[];
  readonly examiner: FileExaminer | undefined;
}

/** Undefined when the facts say less than facts do today: then everything is read again. */
export function stalenessOf(
  facts: LayerFacts,
  catalogers: readonly Cataloger[],
  examiner: FileExaminer | undefined,
): Staleness | undefined {
  const present = versionsOf(catalogers, examiner);
  if (facts.catalogers.facts !== present.facts) return undefined;
  const ids = new Set([...Object.keys(present), ...Object.keys(facts.catalogers)]);
  const outdated = new Set([...ids].filter((id) => facts.catalogers[id] !== present[id]));
  if (outdated.size === 0) return { outdated, catalogers: [], examiner: undefined };
  const paths = [...facts.hashes.map((file) => file.path), ...facts.hardlinks.map(([path]) => path)];
  const kept = new Set(facts.databaseFiles.map((file) => file.path));
  return {
    outdated,
    catalogers: catalogers.filter((each) => outdated.has(each.id) && mustSee(each, paths, kept)),
    examiner: outdated.has(EXAMINER) ? examiner : undefined,
  };
}

/** Whether something that the cataloger wants lies in the layer, and its bytes are not at hand. */
function mustSee(cataloger: Cataloger, paths: readonly string[], kept: ReadonlySet<string>): boolean {
  if (cataloger.kind === 'database') return paths.some((path) => cataloger.wants(path) && !kept.has(path));
  if (!cataloger.byPath) return true;
  return paths.some((path) => cataloger.wants({ path, mode: 0o644, sizeBytes: 1, head: new Uint8Array() }));
}

/** The facts as they would be if everything had been read by the present catalogers; `fresh` is what had to be read again. */
export function renewFacts(
  known: LayerFacts,
  { outdated }: Staleness,
  present: LayerFacts['catalogers'],
  fresh?: LayerFacts,
): LayerFacts {
  const isCurrent = ({ by }: { readonly by?: string }) => by === undefined || !outdated.has(by);
  const read = new Set(fresh?.databaseFiles.map((file) => file.path));
  return {
    ...(fresh ?? known),
    catalogers: present,
    packages: [
      ...known.packages.filter((file) => !outdated.has(file.cataloger)),
      ...(fresh?.packages.filter((file) => outdated.has(file.cataloger)) ?? []),
    ],
    databaseFiles: [...known.databaseFiles.filter((file) => !read.has(file.path)), ...(fresh?.databaseFiles ?? [])],
    problems: [...known.problems.filter(isCurrent), ...(fresh?.problems.filter((each) => !isCurrent(each)) ?? [])],
  };
}
