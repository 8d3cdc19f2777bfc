import type { ImageConfig } from '#formats/oci/image-config.ts';
import { isDigest } from '#kernel/digest.ts';
import { formatPlatform } from '#model/platform.ts';
import type { Problem } from '#model/problem.ts';

const WORD = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}$/;

interface PlatformWords {
  readonly os?: string | undefined;
  readonly architecture?: string | undefined;
  readonly variant?: string | null | undefined;
}

/** `linux/arm64/v8`; undefined when what is said is no platform. */
export function platformName({ os = '', architecture = '', variant }: PlatformWords): string | undefined {
  if (!WORD.test(os) || !WORD.test(architecture)) return undefined;
  return formatPlatform({ os, architecture, ...(variant && WORD.test(variant) && { variant }) });
}

/**
 * The diff IDs of an image's layers, lowest first; null where the configuration has none that could be one. When it speaks
 * of other layers than the image has, nobody knows which is which: that is a problem, and runtimes refuse such an image.
 */
export function diffIdsOf(config: ImageConfig | null, layers: number, problems: Problem[]): (string | null)[] {
  const written = config?.rootfs?.diff_ids ?? [];
  const report = (code: string, message: string) => problems.push({ code, message, path: null, layer: null });
  if (config && written.length !== layers) {
    const code = written.length > layers ? 'layer-missing' : 'digest-mismatch';
    report(code, `the image configuration speaks of ${written.length} layers, and the image has ${layers}`);
    return Array.from({ length: layers }, () => null);
  }
  if (!written.every(isDigest)) report('digest-mismatch', 'the image configuration has diff IDs that are no digests');
  return Array.from({ length: layers }, (_, index) => {
    const diffId = written[index];
    return diffId !== undefined && isDigest(diffId) ? diffId : null;
  });
}
