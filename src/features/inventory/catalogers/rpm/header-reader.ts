/**
 * Yields the package headers of one rpm database. Never throws: what is broken is told to `damage` (the rest of the
 * sentence "cannot read …: ") and everything else is read. The headers together are never larger than the database.
 */
export type HeaderReader = (bytes: Uint8Array, damage: (message: string) => void) => Iterable<Uint8Array>;
