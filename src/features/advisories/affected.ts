import type { VersionScheme } from '#formats/versions/index.ts';
import type { Affected, RangeEvent } from './advisory.ts';

type Scheme = Pick<VersionScheme, 'compare'>;

/** OSV schema, "Evaluation": affected when listed, or inside any of the ranges. */
export function isAffected(scheme: Scheme, affected: Affected, version: string): boolean {
  if (affected.versions.includes(version)) return true;
  if (affected.ranges.some((range) => isInRange(scheme, range, version))) return true;
  return affected.versions.some((listed) => scheme.compare(listed, version) === 0);
}

function isLowest(event: RangeEvent): boolean {
  return event.kind === 'introduced' && event.version === '0';
}

/** Events may stand in any order: they are sorted, then swept from the lowest version up to the one asked for. */
function isInRange(scheme: Scheme, range: readonly RangeEvent[], version: string): boolean {
  const limits = range.filter((event) => event.kind === 'limit' && event.version !== '*');
  if (limits.length > 0 && !limits.some((limit) => scheme.compare(version, limit.version) < 0)) return false;
  const events = range.filter((event) => event.kind !== 'limit');
  events.sort((a, b) => {
    if (isLowest(a) || isLowest(b)) return Number(isLowest(b)) - Number(isLowest(a));
    return scheme.compare(a.version, b.version);
  });
  let inside = false;
  for (const event of events) {
    const order = isLowest(event) ? 1 : scheme.compare(version, event.version);
    if (event.kind === 'introduced' && order >= 0) inside = true;
    if (event.kind === 'fixed' && order >= 0) inside = false;
    if (event.kind === 'last_affected' && order > 0) inside = false;
  }
  return inside;
}

/**
 * The lowest version above the given one that is named as fixed and that no entry calls affected;
 * null when there is none. The entries are those of one package in one record.
 */
export function findFixedVersion(scheme: Scheme, entries: readonly Affected[], version: string): string | null {
  let best: string | null = null;
  for (const entry of entries) {
    for (const event of entry.ranges.flat()) {
      if (event.kind !== 'fixed' || scheme.compare(event.version, version) <= 0) continue;
      if (best !== null && scheme.compare(event.version, best) >= 0) continue;
      if (!entries.some((other) => isAffected(scheme, other, event.version))) best = event.version;
    }
  }
  return best;
}
