import { listSourceDates } from '#features/advisories/index.ts';
import { markReported } from '#features/catalog/index.ts';
import { type Acceptance, activeAcceptances } from '#features/gates/index.ts';
import { findInventory } from '#features/inventory/index.ts';
import { publish } from '#features/notifications/index.ts';
import {
  attachArtifact,
  deleteManifest,
  getManifestByDigest,
  repositoriesOf,
  tagsOf,
} from '#features/registry/index.ts';
import {
  createReportArtifact,
  listReports,
  type PlatformScan,
  putReport,
  type ReportArtifact,
  type ReportFormat,
  type ReportInput,
  removeReport,
  reportFormats,
} from '#features/reports/index.ts';
import { type SignedManifest, signManifest } from '#features/signing/index.ts';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { version } from '#kernel/version.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { imageTree } from './catalog-image.ts';
import { malwareOf } from './read-inventory.ts';
import { acceptanceOf } from './record-scan.ts';
import { storedMatches } from './scan-platforms.ts';
import type { ScanWork, SignWork, Step } from './work.ts';

export interface ReportWork extends ScanWork, SignWork {
  readonly reportValidDays: number;
}

interface SignedReport {
  readonly format: ReportFormat;
  readonly artifact: ReportArtifact;
  readonly signature: SignedManifest;
}

interface Report {
  readonly subject: { readonly digest: Digest; readonly mediaType: string; readonly size: number };
  readonly input: ReportInput;
  readonly signed: readonly SignedReport[];
}

/** Beside the current report of a kind and format, its predecessor stays for those who are just reading it. */
const KEPT_REPORTS = 2;
/** So long a superseded report stays however many follow: a client that copies an image with all that refers to it has listed it. */
const READING_MS = 10 * 60_000;

async function platformScan(
  work: ScanWork,
  digest: Digest,
  acceptances: readonly Acceptance[],
): Promise<PlatformScan | undefined> {
  const inventory = await findInventory(work.db, digest);
  if (!inventory) return undefined;
  const packages = await storedMatches(work.db, inventory);
  return {
    digest,
    platform: inventory.platform,
    distribution: inventory.distribution,
    packages: packages.map((item) => item.package),
    findings: packages.flatMap(({ package: item, matches }) =>
      matches.map((match) => {
        const acceptance = acceptanceOf(acceptances, match);
        const accepted = acceptance && {
          reason: acceptance.reason,
          until: new Date(`${acceptance.until}T23:59:59Z`),
          by: acceptance.by,
          ticket: acceptance.ticket,
        };
        return { ...match, package: item, ...(accepted && { acceptance: accepted }) };
      }),
    ),
    malware: await malwareOf(work, digest),
    problems: inventory.problems,
  };
}

async function nameOf(db: Database, repositories: readonly string[], digest: Digest): Promise<string> {
  const best = repositories.find((name) => kindOfNamespace(namespaceOf(name)) === 'catalog') ?? repositories[0];
  if (best === undefined) return digest;
  const [tag] = await tagsOf(db, best, digest);
  return tag === undefined ? `${best}@${digest}` : `${best}:${tag}`;
}

async function signReport(work: ReportWork, subject: Report['subject'], input: ReportInput): Promise<Report> {
  const signed: SignedReport[] = [];
  for (const format of reportFormats) {
    const { finishedAt: createdAt, validUntil } = input;
    const artifact = createReportArtifact({ subject, format, bytes: format.render(input), createdAt, validUntil });
    const { digest, mediaType, bytes } = artifact.manifest;
    const signature = await signManifest(work, {
      target: { digest, mediaType, size: bytes.length },
      expiresAt: validUntil,
    });
    signed.push({ format, artifact, signature });
  }
  return { subject, input, signed };
}

async function storeReport(
  work: ReportWork,
  trx: Database,
  report: Report,
  repositories: readonly string[],
): Promise<void> {
  const deps = { ...work, db: trx };
  const now = work.clock.now();
  for (const { format, artifact, signature } of report.signed) {
    for (const repository of repositories) {
      for (const part of [artifact, signature]) {
        const { manifest, blobs } = part;
        await attachArtifact(deps, repository, {
          manifest: manifest.bytes,
          mediaType: manifest.mediaType,
          blobs,
          pushedBy: 'assay',
        });
      }
    }
    const content = artifact.blobs.at(-1);
    if (!content) continue;
    await putReport(
      trx,
      {
        digest: artifact.manifest.digest,
        imageDigest: report.subject.digest,
        kind: format.kind,
        format: format.id,
        artifactType: artifact.artifactType,
        contentDigest: content.digest,
        contentSize: content.bytes.length,
        signatureDigest: signature.manifest.digest,
        signature: signature.facts,
        createdAt: report.input.finishedAt,
        validUntil: report.input.validUntil,
      },
      now,
    );
  }
}

async function dropOldReports(trx: Database, digest: Digest, now: Date): Promise<void> {
  const seen = new Map<string, number>();
  for (const report of await listReports(trx, digest)) {
    const key = `${report.kind} ${report.format}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count <= KEPT_REPORTS || report.supersededAt === null) continue;
    if (now.getTime() - report.supersededAt.getTime() < READING_MS) continue;
    for (const repository of await repositoriesOf(trx, report.digest)) {
      await deleteManifest(trx, repository, report.signatureDigest);
      await deleteManifest(trx, repository, report.digest);
    }
    await removeReport(trx, report.digest);
  }
}

/**
 * Writes the reports of an image: for the index and each platform, every format, each an artifact that refers to the
 * image, each signed with an expiry. They are rendered and signed first and appear together; the last good ones stay until then.
 */
export async function reportImage(work: ReportWork, digest: Digest, step: Step): Promise<string> {
  const { db, clock } = work;
  const repositories = (await repositoriesOf(db, digest)).filter(
    (name) => kindOfNamespace(namespaceOf(name)) !== undefined,
  );
  const now = clock.now();
  const acceptances = await activeAcceptances(db, { digest, repositories, now });
  const tree = await imageTree(work, digest);
  const scans = new Map<Digest, PlatformScan>();
  for (const each of tree) {
    const scan = await platformScan(work, each, acceptances);
    if (scan) scans.set(each, scan);
  }
  const dates = await listSourceDates(db);
  const name = await nameOf(db, repositories, digest);
  const reports: Report[] = [];
  for (const each of tree) {
    const own = scans.get(each);
    const platforms = each === digest ? [...scans.values()] : own ? [own] : [];
    if (platforms.length === 0) continue;
    await step(`writing and signing reports of ${own && tree.length > 1 ? own.platform : name}`);
    const { mediaType, sizeBytes } = await getManifestByDigest(db, each);
    const subject = { digest: each, mediaType, size: sizeBytes };
    const input: ReportInput = {
      image: { ...subject, name },
      platforms,
      startedAt: now,
      finishedAt: now,
      validUntil: addDays(now, work.reportValidDays),
      toolVersion: version,
      dataSources: dates.map(({ source, date }) => ({ id: source, refreshedAt: new Date(date) })),
      malwareEngines: [{ id: 'assay-malware', version: work.malware.version }],
    };
    reports.push(await signReport(work, subject, input));
  }
  await db.transaction().execute(async (trx) => {
    for (const report of reports) await storeReport(work, trx, report, repositories);
    for (const report of reports) await dropOldReports(trx, report.subject.digest, now);
    await markReported(trx, [...tree], now);
    const count = reports.length * reportFormats.length;
    const message = `${count} reports of ${name} were signed`;
    await publish(trx, {
      type: 'report.signed',
      at: now,
      repository: repositories[0] ?? null,
      digest,
      actor: 'assay',
      message,
      data: { reports: count },
    });
  });
  return `${reports.length * reportFormats.length} reports`;
}
