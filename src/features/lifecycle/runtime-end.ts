import type { SupportDate } from '#model/lifecycle.ts';
import type { DistributionEnd } from './distribution-end.ts';
import type { Products, ReleaseEnd } from './products.ts';
import { type Runtime, runtimes, vendorVersion } from './runtimes.ts';

const MAX_DATES = 20;

export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

export interface RuntimeImage {
  readonly packages: Iterable<RuntimePackage>;
  /** `NAME=value` lines of the image configuration. */
  readonly env: readonly string[];
  /** From `endOfLifeOf`; null when the image has no distribution. */
  readonly distribution: DistributionEnd | null;
}

/** `1:8.2.7-1~deb12u1` → `8.2.7`, `jdk-21.0.5+11` → `21.0.5`, `1.8.0_392` → `8`, `8u392` → `8`. */
function plainVersion(text: string): string {
  const number = /\d+(?:\.\d+){0,5}/.exec(text.slice(0, 100).replace(/^\d+:/, ''))?.[0] ?? '';
  return number.replace(/^1\.(\d)\.0$/, (all, major) => (/^1\.[5-8]\.0$/.test(all) ? major : all));
}

function isGeneric({ purl }: RuntimePackage, names: readonly string[] = []): boolean {
  return names.some((name) => purl.startsWith(`pkg:generic/${name}@`));
}

/**
 * A distribution supports what it builds until its own end, whatever the makers upstream say: judged by upstream's date
 * alone, a supported enterprise distribution with its own Python would be called dead.
 */
function underDistribution(end: ReleaseEnd, distribution: DistributionEnd | null): ReleaseEnd {
  if (!distribution?.known || end.endOfLife === null) return end;
  if (distribution.endOfLife !== null && end.endOfLife >= distribution.endOfLife) return end;
  return { subject: `${end.subject} (in ${distribution.subject})`, endOfLife: distribution.endOfLife };
}

function* versionsInEnv(runtime: Runtime, env: readonly string[]): Generator<string> {
  for (const line of env) {
    const at = line.indexOf('=');
    const value = line.slice(at + 1);
    if (!runtime.env?.includes(line.slice(0, at)) || runtime.envValue?.test(value) === false) continue;
    yield plainVersion(value);
  }
}

function endInPackage(
  data: Products,
  runtime: Runtime,
  found: RuntimePackage,
  distribution: DistributionEnd | null,
): ReleaseEnd | undefined {
  if (isGeneric(found, runtime.generic)) return data.find(runtime.product, plainVersion(found.version));
  const byVendor = runtime.vendor?.exec(found.name);
  if (byVendor) return data.find(runtime.product, plainVersion(byVendor[1] ?? found.version));
  const distributed = /^pkg:(?:deb|apk|rpm|alpm)\//.test(found.purl) && runtime.distributed?.exec(found.name);
  if (!distributed) return undefined;
  const version = distributed.slice(1).find((group) => group !== undefined) ?? found.version;
  const end = data.find(runtime.product, plainVersion(version));
  return end && (vendorVersion.test(found.version) ? end : underDistribution(end, distribution));
}

/** The ends of an image's main runtimes, the earliest first; each release once. */
export function runtimeEndOfLife(data: Products, image: RuntimeImage): SupportDate[] {
  const ends = new Map<string, ReleaseEnd>();
  const add = (end: ReleaseEnd | undefined) => {
    if (end) ends.set(end.subject, end);
  };
  for (const runtime of runtimes) {
    for (const version of versionsInEnv(runtime, image.env)) add(data.find(runtime.product, version));
  }
  for (const found of image.packages) {
    for (const runtime of runtimes) add(endInPackage(data, runtime, found, image.distribution));
  }
  return [...ends.values()]
    .map(({ subject, endOfLife }): SupportDate => ({ source: 'runtime', subject, endOfLife }))
    .sort((a, b) => (a.endOfLife ?? '9999').localeCompare(b.endOfLife ?? '9999') || a.subject.localeCompare(b.subject))
    .slice(0, MAX_DATES);
}
