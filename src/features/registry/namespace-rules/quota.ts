import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import { type EffectiveRules, nameOfPlace } from './rule-book.ts';
import { countRepositories, hasManifests, lockRepositories, roomIn } from './usage-store.ts';

export interface Addition {
  readonly repository: string;
  /** What is added, when it is known already. */
  readonly digest?: Digest | undefined;
  /** 0 asks whether the place is over its quota as it is. */
  readonly sizeBytes: number;
}

/** Why there is no room for it; undefined when there is, or when every place has it already. */
export async function refuseBytes(
  db: Database,
  rules: EffectiveRules,
  addition: Addition,
): Promise<string | undefined> {
  const bounds = rules.quotas.filter(({ bytes }) => bytes !== undefined);
  if (bounds.length === 0) return undefined;
  const places = bounds.map(({ place }) => place);
  const rooms = await roomIn(db, places, addition.digest);
  for (const { place, bytes = 0 } of bounds) {
    const room = rooms.find((each) => each.place === place);
    if (!room || room.hasContent || room.bytes + addition.sizeBytes <= bytes) continue;
    const wanted = addition.sizeBytes > 0 ? ` and this adds ${formatBytes(addition.sizeBytes)}` : '';
    return `cannot push to ${addition.repository}: ${nameOfPlace(place)} holds ${formatBytes(room.bytes)} of its quota of ${formatBytes(bytes)}${wanted}. Delete images there that nobody needs, or ask an administrator for more.`;
  }
  return undefined;
}

/** Why the repository cannot begin to hold something. In the transaction that makes it hold it. */
export async function refuseRepository(
  db: Database,
  rules: EffectiveRules,
  repository: string,
): Promise<string | undefined> {
  const bounds = rules.quotas.filter(({ repositories }) => repositories !== undefined);
  if (bounds.length === 0 || (await hasManifests(db, repository))) return undefined;
  for (const { place } of bounds.toSorted((a, b) => (a.place < b.place ? -1 : 1))) await lockRepositories(db, place);
  for (const { place, repositories = 0 } of bounds) {
    if ((await countRepositories(db, place, repositories + 1)) < repositories) continue;
    return `cannot push to ${repository}: ${nameOfPlace(place)} has the ${repositories} repositories of its quota. Push to one of them, or ask an administrator for more.`;
  }
  return undefined;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.5 GB`: decimal units, as disks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit]}`;
}
