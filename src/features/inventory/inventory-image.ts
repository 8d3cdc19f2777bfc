import { createLimit } from '#kernel/async.ts';
import type { Problem } from '#model/problem.ts';
import type { SourceImage, SourceLayer } from '#platform/images/image-source.ts';
import { catalogers } from './catalogers/index.ts';
import { cleanProblem } from './clean-package.ts';
import { coalesce, type Inventory, stack } from './coalesce.ts';
import { filesElsewhere } from './elsewhere.ts';
import type { FileExaminer } from './file-examiner.ts';
import type { LayerFacts } from './layer-facts.ts';
import type { LayerLimits } from './layer-limits.ts';
import { readLayer, versionsOf } from './read-layer.ts';
import { type RemovedPackage, removedPackages } from './removed-packages.ts';
import { renewFacts, stalenessOf } from './stale-facts.ts';

/** The present version of every cataloger and of the examiner; what others found counts no longer. */
export function presentVersions(examiner?: FileExaminer): Readonly<Record<string, number | string>> {
  return versionsOf(catalogers, examiner);
}

export interface InventoryDeps {
  /** Facts of a layer whose bytes had this digest and turned out to have this diff ID when they were read, by any versions. */
  readonly findLayer?: (diffId: string, digest: string) => Promise<LayerFacts | undefined>;
  /** `digest` is that of the bytes; null where it was wrong or unknown, or where they had something to complain of. */
  readonly putLayer?: (facts: LayerFacts, digest: string | null) => Promise<void>;
  readonly examiner?: FileExaminer | undefined;
  readonly limits?: Partial<LayerLimits>;
  readonly step?: (text: string) => Promise<void>;
  /** Whether it is asked what later layers took away. */
  readonly withRemoved?: boolean;
}

export interface InventoriedImage {
  readonly inventory: Inventory;
  /** What later layers took away; empty when nobody asked. */
  readonly removed: readonly RemovedPackage[];
  /** The diff IDs of what was read, lowest first: where an image lies about a layer, this is the truth. */
  readonly layers: readonly string[];
  /** Every regular file of the layers that were read now; `layer` as the image names it. */
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly layer: string }[];
}

/** Layers that are unpacked at the same time; the work beside unpacking is one thread's. */
const LAYERS_AT_ONCE = 2;

interface KnownLayer {
  readonly facts: LayerFacts;
  readonly problems: readonly Problem[];
}

async function read(deps: InventoryDeps, layer: SourceLayer, keeps?: ReadonlySet<string>): Promise<KnownLayer> {
  const { examiner, limits } = deps;
  const { facts, problems } = await readLayer({ catalogers, examiner, limits, keeps }, layer);
  await keep(deps, layer, facts, problems);
  return { facts, problems };
}

/** What was not looked at is looked at again the next time. */
async function keep(deps: InventoryDeps, layer: SourceLayer, facts: LayerFacts, problems: readonly Problem[]) {
  const isWhole = !facts.problems.some((problem) => problem.code === 'malware-not-examined');
  if (isWhole) await deps.putLayer?.(facts, problems.length === 0 ? layer.digest : null);
}

/** Known facts made present: only what catalogers of new versions want is read, and only where there is such a thing. */
async function renew(deps: InventoryDeps, layer: SourceLayer, known: LayerFacts): Promise<KnownLayer> {
  const { examiner, limits } = deps;
  const stale = stalenessOf(known, catalogers, examiner);
  if (!stale) return read(deps, layer);
  const present = presentVersions(examiner);
  if (stale.catalogers.length === 0 && !stale.examiner) {
    return { facts: stale.outdated.size > 0 ? renewFacts(known, stale, present) : known, problems: [] };
  }
  const fresh = await readLayer({ catalogers: stale.catalogers, examiner: stale.examiner, limits }, layer);
  if (fresh.facts.diffId !== known.diffId) return read(deps, layer);
  const facts = renewFacts(known, stale, present, fresh.facts);
  await keep(deps, layer, facts, fresh.problems);
  return { facts, problems: fresh.problems };
}

/** An image may claim any diff ID for its bytes: only what both were read as is known. */
async function findKnown(deps: InventoryDeps, { diffId, digest }: SourceLayer): Promise<LayerFacts | undefined> {
  return diffId === null || digest === null ? undefined : deps.findLayer?.(diffId, digest);
}

/** Of the layer as its image names it; facts are kept by what the content really is. */
function named({ facts }: KnownLayer, layer: SourceLayer): LayerFacts {
  return { ...facts, diffId: layer.diffId ?? facts.diffId };
}

/** What is in an image. Each layer is read once in the life of its digest; known layers cost a look-up. */
export async function inventoryImage(deps: InventoryDeps, image: SourceImage): Promise<InventoriedImage> {
  const limit = createLimit(LAYERS_AT_ONCE);
  const known = await Promise.all(
    image.layers.map((layer, index) =>
      limit(async (): Promise<KnownLayer> => {
        await deps.step?.(`reading layer ${index + 1} of ${image.layers.length} (${image.platform})`);
        const facts = await findKnown(deps, layer);
        return facts ? renew(deps, layer, facts) : read(deps, layer);
      }),
    ),
  );
  const facts = () => image.layers.flatMap((layer, index) => (known[index] ? [named(known[index], layer)] : []));
  let tree = stack(catalogers, facts());
  const elsewhere = filesElsewhere(catalogers, facts(), tree);
  for (const [index, keeps] of elsewhere) {
    const layer = image.layers[index];
    if (layer) known[index] = await read(deps, layer, keeps);
  }
  if (elsewhere.size > 0) tree = stack(catalogers, facts());
  const inventory = await coalesce(catalogers, facts(), tree);
  const problems = [...image.problems, ...known.flatMap((layer) => layer.problems), ...inventory.problems];
  return {
    inventory: { ...inventory, problems: problems.map(cleanProblem) },
    removed: deps.withRemoved ? await removedPackages(catalogers, facts(), inventory) : [],
    layers: known.map((layer) => layer.facts.diffId),
    files: facts().flatMap(({ diffId, hashes }) => hashes.map(({ path, sha256 }) => ({ path, sha256, layer: diffId }))),
  };
}
