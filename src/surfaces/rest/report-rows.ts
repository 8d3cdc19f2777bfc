import { getManifestByDigest, repositoriesOf } from '#features/registry/index.ts';
import { listReports, type StoredReport } from '#features/reports/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { ReportRow } from '#model/api-images.ts';
import { type SignatureDeps, verifyStored } from './own-signatures.ts';

const MAX_REPORTS = 100;

async function signatureOf(deps: SignatureDeps, report: StoredReport): Promise<ReportRow['signature']> {
  const { signature, signatureDigest } = report;
  const [repository] = await repositoriesOf(deps.db, report.digest);
  const target = repository ? await findTarget(deps, report.digest) : undefined;
  const verification = repository && target ? await verifyStored(deps, repository, target, signatureDigest) : undefined;
  const missing = { name: 'manifest', outcome: 'failed', detail: 'the registry does not hold the signature' } as const;
  return {
    digest: signatureDigest,
    signedBy: verification?.signedBy ?? signature.signedBy,
    developmentKey: signature.developmentKey,
    signedAt: signature.signedAt.toISOString(),
    expiresAt: signature.expiresAt?.toISOString() ?? null,
    valid: verification?.valid ?? false,
    checks: verification ? [...verification.checks] : [missing],
  };
}

async function findTarget({ db }: SignatureDeps, digest: Digest) {
  try {
    return await getManifestByDigest(db, digest);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  }
}

async function rowOf(deps: SignatureDeps, report: StoredReport): Promise<ReportRow> {
  return {
    digest: report.digest,
    kind: report.kind,
    format: report.format,
    artifactType: report.artifactType,
    sizeBytes: report.contentSize,
    createdAt: report.createdAt.toISOString(),
    validUntil: report.validUntil.toISOString(),
    current: report.supersededAt === null,
    href: `/api/v1/reports/${report.digest}`,
    signature: await signatureOf(deps, report),
  };
}

/** The reports of an image, newest first, each signature looked at as it is now. */
export async function reportRows(deps: SignatureDeps, digest: Digest): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for (const report of await listReports(deps.db, digest, MAX_REPORTS)) rows.push(await rowOf(deps, report));
  return rows;
}
