import { type SupportDate, type SupportWindow, supportWindow } from '#model/lifecycle.ts';
import type { Distribution } from '#model/package.ts';
import { endOfLifeOf, supportDateOf } from './distribution-end.ts';
import type { Products } from './products.ts';
import { type RuntimePackage, runtimeEndOfLife } from './runtime-end.ts';

export interface WindowInput {
  /** Undefined while there is no end-of-life data. */
  readonly products: Products | undefined;
  readonly platforms: readonly {
    readonly distribution: Distribution | null;
    readonly packages: Iterable<RuntimePackage>;
    readonly env: readonly string[];
  }[];
  /** From `newestLifecycleDate`. */
  readonly lifecycleDate?: string | undefined;
  /** The end that the entry's owner set. */
  readonly ownerDate?: string | null | undefined;
}

function datesOf(products: Products, platform: WindowInput['platforms'][number]): SupportDate[] {
  const { distribution, packages, env } = platform;
  const end = distribution && endOfLifeOf(products, distribution);
  const own = end ? supportDateOf(end) : undefined;
  return [...(own ? [own] : []), ...runtimeEndOfLife(products, { packages, env, distribution: end })];
}

/** The support window of an image: all that its platforms, its lifecycle artifact and its owner say, each thing once. */
export function imageWindow({ products, platforms, lifecycleDate, ownerDate }: WindowInput): SupportWindow {
  const dates: SupportDate[] = products ? platforms.flatMap((platform) => datesOf(products, platform)) : [];
  if (lifecycleDate)
    dates.push({ source: 'artifact', subject: "the publisher's lifecycle artifact", endOfLife: lifecycleDate });
  if (ownerDate) dates.push({ source: 'owner', subject: "the owner's support policy", endOfLife: ownerDate });
  const once = new Map(dates.map((date) => [`${date.source} ${date.subject} ${date.endOfLife}`, date]));
  return supportWindow([...once.values()]);
}
