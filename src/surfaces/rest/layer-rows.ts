import { findInventory } from '#features/inventory/index.ts';
import type { LayerRow } from '#model/api-images.ts';
import { storedMatches } from '#workflows/scan-platforms.ts';
import type { ImageDeps } from './image-detail.ts';
import { choosePlatforms, type PlatformImage, platformImages } from './image-platforms.ts';
import type { VisibleImage } from './visible-image.ts';

interface Counts {
  packages: number;
  findings: number;
}

async function countsByLayer({ db }: ImageDeps, digest: string): Promise<ReadonlyMap<string, Counts>> {
  const counts = new Map<string, Counts>();
  const inventory = await findInventory(db, digest);
  for (const { package: item, matches } of inventory ? await storedMatches(db, inventory) : []) {
    for (const layer of new Set(item.locations.map((location) => location.layer))) {
      const count = counts.get(layer) ?? { packages: 0, findings: 0 };
      count.packages += 1;
      count.findings += matches.length;
      counts.set(layer, count);
    }
  }
  return counts;
}

/** What made each layer: the lines of the history that are not of empty layers, in order. */
function commandsOf({ config, manifest }: PlatformImage): string[] {
  const lines = (config?.history ?? []).filter((line) => !line.empty_layer);
  // A history that does not fit the layers would put words to the wrong one.
  return lines.length === manifest.layers.length ? lines.map((line) => line.created_by ?? '') : [];
}

/** The layers of one platform, lowest first; of the first platform when none is named. */
export async function layerRows(
  deps: ImageDeps,
  image: VisibleImage,
  platform: string | undefined,
): Promise<LayerRow[]> {
  const [chosen] = choosePlatforms(await platformImages(deps, image.manifest), platform);
  if (!chosen) return [];
  const counts = await countsByLayer(deps, chosen.digest);
  const commands = commandsOf(chosen);
  const diffIds = chosen.config?.rootfs?.diff_ids ?? [];
  return chosen.manifest.layers.map((layer, index) => {
    const diffId = diffIds[index] ?? '';
    const { packages = 0, findings = 0 } = counts.get(diffId) ?? {};
    const { digest, mediaType, size: sizeBytes } = layer;
    return { diffId, digest, mediaType, sizeBytes, createdBy: commands[index] ?? '', packages, findings };
  });
}
