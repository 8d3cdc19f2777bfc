import { publish } from '#features/notifications/index.ts';
import { repositoriesOf } from '#features/registry/index.ts';
import { currentReports } from '#features/reports/index.ts';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import { judgeImage } from './judge-image.ts';
import { scanPlatforms } from './scan-platforms.ts';
import { reportJob, type ScanWork, type Step } from './work.ts';

/** A report that ends within this time is written anew even when nothing changed. */
const RENEW_DAYS = 2;

/** The repository whose rules judge an image that is in several: the catalog's comes first. */
function mainRepository(repositories: readonly string[]): string | undefined {
  const known = repositories.filter((name) => kindOfNamespace(namespaceOf(name)) !== undefined);
  return known.find((name) => kindOfNamespace(namespaceOf(name)) === 'catalog') ?? known[0];
}

/**
 * Scans an image again: what is new in catalogers, advisories and malware rules is applied, and it is judged anew. Only an image
 * whose findings changed, or whose report is about to expire, gets a new report.
 */
export async function scanImage(work: ScanWork, digest: Digest, step: Step): Promise<string> {
  const { db, clock, queue } = work;
  const repository = mainRepository(await repositoriesOf(db, digest));
  if (repository === undefined) return 'the image is gone';
  const image = await scanPlatforms(work, digest, step);
  if (image.platforms.length === 0) return 'nothing to scan';
  await step('judging');
  const { changed, verdict, posture } = await judgeImage(work, repository, image);
  const reports = await currentReports(db, digest);
  const renewBefore = addDays(clock.now(), RENEW_DAYS);
  const needsReport = changed || reports.length === 0 || reports.some((report) => report.validUntil < renewBefore);
  await db.transaction().execute(async (trx) => {
    if (needsReport) await queue.send(trx, reportJob(digest));
    if (!changed) return;
    const message = `${repository} has new scan results: grade ${posture.grade}, verdict ${verdict.outcome}`;
    await publish(trx, {
      type: 'image.scanned',
      at: clock.now(),
      repository,
      digest,
      actor: 'assay',
      message,
      data: { grade: posture.grade },
    });
  });
  if (changed) return `changed: grade ${posture.grade}, verdict ${verdict.outcome}`;
  return needsReport ? 'unchanged; the report is renewed' : 'unchanged';
}
