import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { ReportKind } from './report.ts';

/** What is known of the signature on a report's manifest, without looking at it again. */
export interface ReportSignature {
  readonly signedBy: string;
  readonly signedAt: Date;
  readonly expiresAt: Date | null;
  readonly thumbprint: string;
  readonly developmentKey: boolean;
}

/** A report that lies in the registry, signed. */
export interface StoredReport {
  /** Of the report's manifest, a referrer of the image. */
  readonly digest: Digest;
  readonly imageDigest: Digest;
  readonly kind: ReportKind;
  readonly format: string;
  readonly artifactType: string;
  readonly contentDigest: Digest;
  readonly contentSize: number;
  readonly signatureDigest: Digest;
  readonly signature: ReportSignature;
  readonly createdAt: Date;
  readonly validUntil: Date;
  /** Null while it is the current one of its image, kind and format. */
  readonly supersededAt: Date | null;
}

type ReportRow = {
  digest: string;
  image_digest: string;
  kind: string;
  format: string;
  artifact_type: string;
  content_digest: string;
  content_size: number;
  signature_digest: string;
  signature: unknown;
  created_at: Date;
  valid_until: Date;
  superseded_at: Date | null;
};
type Tables = { reports_report: ReportRow };

/**
 * Adds a report and, in the same step, supersedes the older ones of the same image, kind and format. Called in the transaction
 * that stores report and signature in the registry, so that the last good report stays current until its successor is complete.
 * A report that is older than the current one never replaces it. The same report may be put again.
 */
export async function putReport(db: Database, report: Omit<StoredReport, 'supersededAt'>, now: Date): Promise<void> {
  const values = {
    signature_digest: report.signatureDigest,
    signature: JSON.stringify(report.signature),
  };
  await db
    .withTables<Tables>()
    .insertInto('reports_report')
    .values({
      digest: report.digest,
      image_digest: report.imageDigest,
      kind: report.kind,
      format: report.format,
      artifact_type: report.artifactType,
      content_digest: report.contentDigest,
      content_size: report.contentSize,
      created_at: report.createdAt,
      valid_until: report.validUntil,
      superseded_at: null,
      ...values,
    })
    .onConflict((conflict) => conflict.column('digest').doUpdateSet(values))
    .execute();
  await supersede(db, report, now);
}

/** Every report of this image, kind and format but the newest is superseded; of two with the same time, this one stays. */
export async function supersede(
  db: Database,
  { digest, imageDigest, kind, format }: Pick<StoredReport, 'digest' | 'imageDigest' | 'kind' | 'format'>,
  now: Date,
): Promise<void> {
  const t = db.withTables<Tables>();
  const newest = t
    .selectFrom('reports_report')
    .select('digest')
    .where('image_digest', '=', imageDigest)
    .where('kind', '=', kind)
    .where('format', '=', format)
    .orderBy('created_at', 'desc')
    .orderBy((eb) => eb('digest', '=', digest), 'desc')
    .orderBy('digest', 'desc')
    .limit(1);
  await t
    .updateTable('reports_report')
    .set({ superseded_at: now })
    .where('image_digest', '=', imageDigest)
    .where('kind', '=', kind)
    .where('format', '=', format)
    .where('superseded_at', 'is', null)
    .where('digest', '!=', newest)
    .execute();
}

/** One per kind and format at most. */
export async function currentReports(db: Database, imageDigest: Digest): Promise<StoredReport[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('reports_report')
    .selectAll()
    .where('image_digest', '=', imageDigest)
    .where('superseded_at', 'is', null)
    .orderBy('kind')
    .orderBy('format')
    .execute();
  return rows.map(reportOf);
}

/** Newest first, superseded ones included. */
export async function listReports(db: Database, imageDigest: Digest, limit = 200): Promise<StoredReport[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('reports_report')
    .selectAll()
    .where('image_digest', '=', imageDigest)
    .orderBy('created_at', 'desc')
    .orderBy('kind')
    .orderBy('format')
    .orderBy('digest')
    .limit(limit)
    .execute();
  return rows.map(reportOf);
}

export async function findReport(db: Database, digest: Digest): Promise<StoredReport | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('reports_report')
    .selectAll()
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row && reportOf(row);
}

/** Current reports that end before the time, soonest first: their images need new ones. */
export async function expiringReports(db: Database, before: Date, limit = 1000): Promise<StoredReport[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('reports_report')
    .selectAll()
    .where('superseded_at', 'is', null)
    .where('valid_until', '<', before)
    .orderBy('valid_until')
    .orderBy('digest')
    .limit(limit)
    .execute();
  return rows.map(reportOf);
}

/** Reports that were superseded before the time; their manifests and signatures may go from the registry. */
export async function supersededReports(db: Database, before: Date, limit = 1000): Promise<StoredReport[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('reports_report')
    .selectAll()
    .where('superseded_at', '<', before)
    .orderBy('superseded_at')
    .orderBy('digest')
    .limit(limit)
    .execute();
  return rows.map(reportOf);
}

export async function removeReport(db: Database, digest: Digest): Promise<void> {
  await db.withTables<Tables>().deleteFrom('reports_report').where('digest', '=', digest).execute();
}

function reportOf(row: ReportRow): StoredReport {
  const { signedAt, expiresAt, ...signature } = row.signature as SignatureJson; // jsonb that only this file writes
  return {
    digest: row.digest as Digest,
    imageDigest: row.image_digest as Digest,
    kind: row.kind as ReportKind,
    format: row.format,
    artifactType: row.artifact_type,
    contentDigest: row.content_digest as Digest,
    contentSize: row.content_size,
    signatureDigest: row.signature_digest as Digest,
    signature: {
      ...signature,
      signedAt: new Date(signedAt),
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
    },
    createdAt: row.created_at,
    validUntil: row.valid_until,
    supersededAt: row.superseded_at,
  };
}

type SignatureJson = Omit<ReportSignature, 'signedAt' | 'expiresAt'> & { signedAt: string; expiresAt: string | null };
