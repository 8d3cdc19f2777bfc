import { z } from 'zod';
import { isCalendarDay } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_PRODUCTS = 20_000;
const MAX_RELEASES = 5_000;

const Text = z.string().max(200);
const Flag = z.boolean().nullish().catch(null);
const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/)
  .transform((text) => text.slice(0, 10))
  .refine(isCalendarDay)
  .nullish()
  .catch(null);

const Release = z.object({
  name: Text,
  releaseDate: Day,
  /** From this day on the release is unsupported. */
  eolFrom: Day,
  isEol: Flag,
  latest: z.object({ date: Day }).nullish().catch(null),
});
export type Release = z.infer<typeof Release>;

const Product = z.object({
  name: Text,
  label: Text,
  category: Text.catch(''),
  releases: z.array(z.unknown()).max(MAX_RELEASES),
});

const Document = z.object({
  generated_at: z.string().max(40).nullish().catch(null),
  result: z.array(z.unknown()).max(MAX_PRODUCTS),
});

export interface ReleaseEnd {
  /** `Alpine Linux 3.20`. */
  readonly subject: string;
  /** The first day without support; null while no end is known. */
  readonly endOfLife: string | null;
}

/** End-of-life data, reduced to what Assay uses. */
export interface Products {
  /** When the data was made, as its maker says. */
  readonly generatedAt: string | null;
  readonly size: number;
  /** Products and releases that could not be read; they are left out. */
  readonly skipped: number;
  label(product: string): string | undefined;
  hasCategory(product: string, category: string): boolean;
  /**
   * The end of the release that a version belongs to: the longest release name that the version starts with, in whole
   * parts (`3.20.3` → `3.20`). Undefined when the product, the release or its end is not in the data.
   */
  find(product: string, version: string): ReleaseEnd | undefined;
}

interface StoredProduct {
  readonly label: string;
  readonly category: string;
  readonly releases: ReadonlyMap<string, Release>;
}

function endOf(release: Release): { endOfLife: string | null } | undefined {
  if (release.eolFrom) return { endOfLife: release.eolFrom };
  if (release.isEol === false) return { endOfLife: null };
  // Ended, nobody says when: not later than the last thing that is known of it.
  const last = release.latest?.date ?? release.releaseDate;
  return release.isEol && last ? { endOfLife: last } : undefined;
}

/** `3.20.3` → `3.20.3`, `3.20`, `3`. */
function prefixesOf(version: string): string[] {
  const parts = version.split('.').slice(0, 6);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}

function readProduct(value: unknown): { name: string; product: StoredProduct; skipped: number } | undefined {
  const parsed = Product.safeParse(value);
  if (!parsed.success) return undefined;
  const { name, label, category } = parsed.data;
  const releases = new Map<string, Release>();
  let skipped = 0;
  for (const item of parsed.data.releases) {
    const release = Release.safeParse(item);
    if (release.success) releases.set(release.data.name, release.data);
    else skipped += 1;
  }
  return { name, product: { label, category, releases }, skipped };
}

/**
 * Reads the answer of endoflife.date's API v1, `products/full` (https://endoflife.date/docs/api/v1/), up to 64 MiB.
 * Throws `unusable-input` when it is something else; a broken product or release is skipped and counted.
 */
export function openProducts(bytes: Uint8Array): Products {
  const value = parseJson(bytes, 'end-of-life data', { maxBytes: MAX_BYTES, maxDepth: 32 });
  const document = Document.safeParse(value);
  if (!document.success) {
    throw new AppError(
      'unusable-input',
      'cannot read end-of-life data: it is not the answer of products/full (an object with a list "result")',
    );
  }
  const products = new Map<string, StoredProduct>();
  let skipped = 0;
  for (const item of document.data.result) {
    const read = readProduct(item);
    skipped += read ? read.skipped : 1;
    if (read) products.set(read.name, read.product);
  }
  if (products.size === 0) throw new AppError('unusable-input', 'cannot read end-of-life data: it names no product');
  return {
    generatedAt: document.data.generated_at ?? null,
    size: products.size,
    skipped,
    label: (product) => products.get(product)?.label,
    hasCategory: (product, category) => products.get(product)?.category === category,
    find(product, version) {
      const found = products.get(product);
      const name = prefixesOf(version).find((prefix) => found?.releases.has(prefix));
      const release = name === undefined ? undefined : found?.releases.get(name);
      const end = release && endOf(release);
      return found && end && { subject: `${found.label} ${name}`, ...end };
    },
  };
}
