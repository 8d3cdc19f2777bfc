import type { SourceImage, SourceLayer } from '#platform/images/image-source.ts';
import { catalogers } from './catalogers/index.ts';
import { coalesce, type Inventory } from './coalesce.ts';
import type { FileExaminer } from './layer-collector.ts';
import type { LayerFacts } from './layer-facts.ts';
import { type LayerLimits, readLayer, versionsOf } from './read-layer.ts';

/** The present version of every cataloger and of the examiner; facts of other versions are read again. */
export function presentVersions(examiner?: FileExaminer): Readonly<Record<string, number | string>> {
  return versionsOf(catalogers, examiner);
}

export interface InventoryDeps {
  /** Facts of a layer that was read before, by these versions. */
  readonly findLayer?: (diffId: string) => Promise<LayerFacts | undefined>;
  readonly putLayer?: (facts: LayerFacts) => Promise<void>;
  readonly examiner?: FileExaminer | undefined;
  readonly limits?: Partial<LayerLimits>;
  readonly step?: (text: string) => Promise<void>;
}

export interface InventoriedImage {
  readonly inventory: Inventory;
  /** Diff IDs, lowest first. */
  readonly layers: readonly string[];
  /** Every regular file of every layer. */
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly layer: string }[];
}

async function factsOf(deps: InventoryDeps, layer: SourceLayer): Promise<LayerFacts> {
  const known = layer.diffId ? await deps.findLayer?.(layer.diffId) : undefined;
  if (known) return known;
  const { examiner, limits } = deps;
  const facts = await readLayer(
    { catalogers, examiner, ...(limits && { limits }) },
    { digest: layer.digest, diffId: layer.diffId, bytes: layer.open() },
  );
  // What was damaged or cut short is not remembered under the digest that it claims.
  const isTrue = !facts.problems.some((problem) =>
    ['digest-mismatch', 'layer-damaged', 'layer-too-large', 'malware-not-examined'].includes(problem.code),
  );
  if (isTrue) await deps.putLayer?.(facts);
  return facts;
}

/** What is in an image. Each layer is read once in the life of its digest; known layers cost a look-up. */
export async function inventoryImage(deps: InventoryDeps, image: SourceImage): Promise<InventoriedImage> {
  const layers: LayerFacts[] = [];
  for (const [index, layer] of image.layers.entries()) {
    await deps.step?.(`reading layer ${index + 1} of ${image.layers.length} (${image.platform})`);
    layers.push(await factsOf(deps, layer));
  }
  const inventory = await coalesce(catalogers, layers);
  return {
    inventory: { ...inventory, problems: [...image.problems, ...inventory.problems] },
    layers: layers.map((layer) => layer.diffId),
    files: layers.flatMap((layer) => layer.hashes.map(({ path, sha256 }) => ({ path, sha256, layer: layer.diffId }))),
  };
}
