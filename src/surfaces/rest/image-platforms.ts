import { type BlobDeps, getManifestByDigest, readBlob, type StoredManifest } from '#features/registry/index.ts';
import { type ImageConfig, parseImageConfig } from '#formats/oci/image-config.ts';
import { type Descriptor, isAttestation, type Manifest, parseManifest } from '#formats/oci/manifest.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { formatPlatform } from '#model/platform.ts';

const CONFIG_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 4;
const MAX_PLATFORMS = 200;

/** One platform's manifest with its configuration; null when that is missing or damaged. */
export interface PlatformImage {
  readonly digest: Digest;
  readonly platform: string;
  readonly manifest: Exclude<Manifest, { kind: 'index' }>;
  readonly config: ImageConfig | null;
}

/** What cannot be read is left out here; the scan reports it as a problem. */
async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function nameOf(config: ImageConfig | null, listed: Descriptor['platform']): string {
  const { os, architecture } = config?.os && config.architecture ? config : (listed ?? {});
  const variant = config?.variant ?? listed?.variant;
  if (!os || !architecture) return 'unknown';
  return formatPlatform({ os, architecture, ...(variant && { variant }) });
}

/** The platform images below a manifest, through indexes; attestations and what is not stored are passed over. */
export async function platformImages(deps: BlobDeps, top: StoredManifest): Promise<PlatformImage[]> {
  const found = new Map<string, PlatformImage>();

  async function visit(stored: StoredManifest, listed: Descriptor['platform'], depth: number): Promise<void> {
    if (found.has(stored.digest) || found.size >= MAX_PLATFORMS || depth > MAX_DEPTH) return;
    const manifest = parseManifest(stored.bytes, stored.mediaType);
    if (manifest.kind === 'artifact') return;
    if (manifest.kind === 'index') {
      for (const child of manifest.manifests.filter((each) => !isAttestation(each))) {
        const next = await orUndefined(getManifestByDigest(deps.db, child.digest));
        if (next) await visit(next, child.platform, depth + 1);
      }
      return;
    }
    const bytes = await orUndefined(readBlob(deps, manifest.config.digest, CONFIG_BYTES));
    const config = bytes ? ((await orUndefined((async () => parseImageConfig(bytes))())) ?? null) : null;
    found.set(stored.digest, { digest: stored.digest, platform: nameOf(config, listed), manifest, config });
  }

  await visit(top, null, 0);
  return [...found.values()];
}

/** Those of a platform, by its name or digest; all when none is named. Throws `not-found` when there is none of it. */
export function choosePlatforms(platforms: readonly PlatformImage[], wanted: string | undefined): PlatformImage[] {
  if (!wanted) return [...platforms];
  const chosen = platforms.filter((each) => each.platform === wanted || each.digest === wanted);
  if (chosen.length > 0) return chosen;
  const has = [...new Set(platforms.map((each) => each.platform))].join(', ');
  throw new AppError('not-found', `cannot show platform ${wanted}: the image has ${has || 'none'}`);
}
