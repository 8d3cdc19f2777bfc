import { z } from 'zod';

/** Where a package was found: the layer's diff ID and the path inside it, without a leading slash. */
export const Location = z.object({ layer: z.string(), path: z.string() });
export type Location = z.infer<typeof Location>;

/** What os-release (or a fallback) says; `versionId` is empty when the distribution has none (rolling). */
export const Distribution = z.object({
  id: z.string(),
  versionId: z.string(),
  name: z.string(),
  /** The first words of ID_LIKE, for derivatives without advisories of their own. */
  like: z.array(z.string()),
});
export type Distribution = z.infer<typeof Distribution>;

/** One name and version in one distribution or language context; unique across the catalog. */
export const PackageIdentity = z.object({
  /** As OSV writes it, with release: `Debian:12`, `Alpine:v3.20`, `npm`; empty when no ecosystem is known. */
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  /** The source package (origin, SOURCERPM) that advisories may name instead; null when there is none. */
  sourceName: z.string().nullable(),
  sourceVersion: z.string().nullable(),
  /** rpm module stream as NAME:STREAM, else null. */
  module: z.string().nullable(),
});
export type PackageIdentity = z.infer<typeof PackageIdentity>;

export const Package = PackageIdentity.extend({
  locations: z.array(Location),
  /** The name of the operating system's package that owns these files; such a package is not matched by itself. */
  ownedBy: z.string().nullable(),
  licenses: z.array(z.string()),
});
export type Package = z.infer<typeof Package>;
