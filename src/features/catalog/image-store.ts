import type { Digest } from '#kernel/digest.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Posture } from '#model/posture.ts';
import type { Database } from '#platform/database/database.ts';
import { findPostures } from './posture-store.ts';
import type { CatalogTables, Origin } from './tables.ts';

/** What the catalog keeps of an image, whatever repositories hold it. */
export interface ImageFacts {
  readonly posture: Posture | null;
  readonly platforms: readonly string[];
  readonly distribution: string | null;
  readonly malware: readonly MalwareFinding[];
  readonly scannedAt: Date | null;
  readonly findingsDigest: string | null;
  readonly origin: Origin | null;
  readonly reportedAt: Date | null;
}

/** A label by which an image is found; `term` is lower case, `label` is what the row shows. */
export interface Term {
  readonly term: string;
  readonly label: string;
}

const TERMS_PER_STATEMENT = 5_000;

export async function putScan(
  db: Database,
  scan: {
    digest: string;
    platforms: readonly string[];
    distribution: string | null;
    malware: readonly MalwareFinding[];
    scannedAt: Date;
    findingsDigest: string;
    /** The changes that the scan has seen, all those that wait or none. */
    seen: number;
  },
): Promise<void> {
  const values = {
    platforms: JSON.stringify(scan.platforms),
    distribution: scan.distribution,
    malware: JSON.stringify(scan.malware),
    scanned_at: scan.scannedAt,
    findings_digest: scan.findingsDigest,
  };
  await db
    .withTables<CatalogTables>()
    .insertInto('catalog_image')
    .values({ digest: scan.digest, origin: null, ...values })
    .onConflict((conflict) =>
      conflict.column('digest').doUpdateSet((eb) => ({
        ...values,
        due: eb.case().when('catalog_image.due', '=', scan.seen).then(0).else(eb.ref('catalog_image.due')).end(),
      })),
    )
    .execute();
}

/** Records where an image was brought from; the first record stays. */
export async function putOrigin(db: Database, digest: Digest, origin: Origin): Promise<void> {
  const text = JSON.stringify(origin);
  await db
    .withTables<CatalogTables>()
    .insertInto('catalog_image')
    .values({
      digest,
      origin: text,
      platforms: '[]',
      distribution: null,
      scanned_at: null,
      findings_digest: null,
    })
    .onConflict((conflict) =>
      conflict
        .column('digest')
        .doUpdateSet((eb) => ({ origin: eb.fn.coalesce('catalog_image.origin', eb.val(text)) as never })),
    )
    .execute();
}

export async function findImageFacts(db: Database, digest: string): Promise<ImageFacts | undefined> {
  const row = await db
    .withTables<CatalogTables>()
    .selectFrom('catalog_image')
    .selectAll()
    .where('digest', '=', digest)
    .executeTakeFirst();
  if (!row) return undefined;
  const postures = await findPostures(db, [digest]);
  return {
    posture: postures.get(digest) ?? null,
    reportedAt: row.reported_at,
    platforms: row.platforms,
    distribution: row.distribution,
    malware: row.malware,
    scannedAt: row.scanned_at,
    findingsDigest: row.findings_digest,
    origin: row.origin,
  };
}

/** Replaces all words of an image. */
export async function putTerms(db: Database, digest: string, terms: readonly Term[]): Promise<void> {
  const t = db.withTables<CatalogTables>();
  await t.deleteFrom('catalog_term').where('digest', '=', digest).execute();
  for (let start = 0; start < terms.length; start += TERMS_PER_STATEMENT) {
    await t
      .insertInto('catalog_term')
      .values(terms.slice(start, start + TERMS_PER_STATEMENT).map((term) => ({ digest, ...term })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Records when images were last reported on. */
export async function markReported(db: Database, digests: readonly string[], at: Date): Promise<void> {
  await db
    .withTables<CatalogTables>()
    .updateTable('catalog_image')
    .set({ reported_at: at })
    .where('digest', 'in', [...digests])
    .execute();
}

/** When each of these images was last reported on. */
export async function findReported(
  db: Database,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Date | null>> {
  if (digests.length === 0) return new Map();
  const rows = await db
    .withTables<CatalogTables>()
    .selectFrom('catalog_image')
    .select(['digest', 'reported_at'])
    .where('digest', 'in', [...digests])
    .execute();
  return new Map(rows.map((row) => [row.digest, row.reported_at]));
}
