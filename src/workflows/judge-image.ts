import { activeAcceptances, judge, policyFor, putVerdict } from '#features/gates/index.ts';
import { putWindow, quarantine } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Posture } from '#model/posture.ts';
import type { Verdict } from '#model/verdict.ts';
import type { Database } from '#platform/database/database.ts';
import { gatherEvidence, placesOf } from './gather-evidence.ts';
import { projectImage } from './project-entry.ts';
import { recordScan } from './record-scan.ts';
import type { ScannedImage } from './scanned-image.ts';
import type { Work } from './work.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly posture: Posture;
  /** True when a report would say something else than the last one. */
  readonly changed: boolean;
  readonly malware: readonly MalwareFinding[];
}

function malwareReason([first, ...rest]: readonly MalwareFinding[]): string {
  const more = rest.length > 0 ? ` and in ${rest.length} more ${rest.length === 1 ? 'place' : 'places'}` : '';
  return `malware ${first?.signature} was found in ${first?.path}${more}`;
}

/** Quarantine belongs to the digest, everywhere: the image, and the platforms that carry the malware. */
async function quarantineImage(trx: Database, image: ScannedImage, at: Date): Promise<void> {
  const infected = image.platforms.filter((platform) => platform.malware.length > 0);
  for (const { digest, malware } of infected) {
    await quarantine(trx, digest, { reason: malwareReason(malware), actor: 'gate', at });
  }
  const reason = malwareReason(infected.flatMap((platform) => platform.malware));
  const isNew = await quarantine(trx, image.digest, { reason, actor: 'gate', at });
  if (!isNew && infected.every((platform) => platform.digest !== image.digest)) return;
  const message = `${image.digest.slice(0, 19)}… is quarantined because ${reason}`;
  await publish(trx, { type: 'image.quarantined', at, digest: image.digest, actor: 'gate', message });
}

/**
 * Judges a scanned image by the rules of where it is, and keeps everything that follows from it in one transaction:
 * verdict, posture, support window, quarantine, the catalog's rows.
 */
export async function judgeImage(work: Work, repository: string, image: ScannedImage): Promise<Judgement> {
  const { db, clock } = work;
  const now = clock.now();
  const { intake, catalog } = placesOf(repository);
  const [evidence, policy, acceptances] = await Promise.all([
    gatherEvidence({ ...work, now }, repository, image),
    policyFor(db, intake),
    activeAcceptances(db, { digest: image.digest, repositories: [intake, catalog], now }),
  ]);
  const verdict = judge({ policy, acceptances, clock }, evidence);
  const malware = image.platforms.flatMap((platform) => platform.malware);
  return db.transaction().execute(async (trx) => {
    await putVerdict(trx, { digest: image.digest, repository, verdict });
    await putWindow(trx, image.digest, evidence.window, now);
    for (const platform of image.platforms) {
      if (platform.digest !== image.digest) await putWindow(trx, platform.digest, evidence.window, now);
    }
    const { posture, changed } = await recordScan(trx, image, acceptances);
    if (malware.length > 0) await quarantineImage(trx, image, now);
    await projectImage(trx, image.digest as Digest, now);
    return { verdict, posture, changed, malware };
  });
}
