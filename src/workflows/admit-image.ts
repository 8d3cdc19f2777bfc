import { isReady } from '#features/advisories/index.ts';
import { getIntake, setIntakeStatus, summaryOf } from '#features/gates/index.ts';
import { findState, setState } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import { findManifest } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { IntakeRow, IntakeStatus } from '#model/api-intake.ts';
import type { EventType } from '#model/event.ts';
import type { Verdict } from '#model/verdict.ts';
import type { Database } from '#platform/database/database.ts';
import { approvalEnd, catalogImage } from './catalog-image.ts';
import { type Judgement, judgeImage } from './judge-image.ts';
import { scanPlatforms } from './scan-platforms.ts';
import { reportJob, type ScanWork, type SignWork, type Step } from './work.ts';

export type AdmitWork = ScanWork & SignWork;

const LOOK_AGAIN_MS = 2_000;
const GATE = 'gate';

/** The name of the job, and what it needs. */
export function admitJob(
  intake: { readonly id: string; readonly repository: string; readonly tag: string },
  startAfter?: Date,
) {
  return {
    name: 'admit-image',
    queueClass: 'push',
    input: { intakeId: intake.id },
    subject: `${intake.repository}:${intake.tag}`,
    ...(startAfter && { startAfter }),
  } as const;
}

async function waitForAdvisories(work: AdmitWork, intake: IntakeRow): Promise<string> {
  const step = 'waiting for the first import of advisories';
  await setIntakeStatus(work.db, intake.id, { status: 'queued', step });
  await work.queue.send(work.db, admitJob(intake, new Date(work.clock.now().getTime() + LOOK_AGAIN_MS)));
  return step;
}

/** An index of attestations or other artifacts has nothing that could run: it stays stored and is not judged further. */
async function refuseEmpty(work: AdmitWork, intake: IntakeRow): Promise<string> {
  const summary = 'It holds no image that could run, so there is nothing to catalog.';
  const decided = { at: work.clock.now(), by: GATE, reason: summary };
  await setIntakeStatus(work.db, intake.id, { status: 'rejected', step: '', summary, decided });
  return 'nothing to judge';
}

interface Outcome {
  readonly status: IntakeStatus;
  readonly event: EventType;
  readonly says: string;
}

function outcomeOf({ verdict, malware }: Judgement): Outcome {
  if (malware.length > 0) return { status: 'quarantined', event: 'image.quarantined', says: 'is quarantined' };
  if (verdict.outcome === 'fail') return { status: 'rejected', event: 'image.rejected', says: 'was rejected' };
  return { status: 'waiting', event: 'image.waiting', says: 'waits for a curator' };
}

async function recordRefusal(work: AdmitWork, trx: Database, intake: IntakeRow, judgement: Judgement): Promise<void> {
  const { repository, tag } = intake;
  const digest = intake.digest as Digest;
  const at = work.clock.now();
  const summary = summaryOf(judgement.verdict);
  const { status, event, says } = outcomeOf(judgement);
  const decided = status === 'waiting' ? null : { at, by: GATE, reason: summary };
  await setIntakeStatus(trx, intake.id, { status, step: '', summary, decided });
  if (status !== 'waiting') await rejectState(trx, intake, summary, at);
  const message = `${repository}:${tag} ${says}: ${summary}`;
  await publish(trx, { type: event, at, repository, digest, actor: GATE, message, data: { tag } });
  await work.queue.send(trx, reportJob(digest));
}

/** What was approved here before under this digest stays approved: a rejection is of this push. */
async function rejectState(trx: Database, { repository, digest }: IntakeRow, summary: string, at: Date): Promise<void> {
  const state = await findState(trx, repository, digest);
  if (state?.state === 'approved') return;
  const reason = summary.replace(/\.$/, '');
  await setState(trx, { repository, digest, state: 'rejected', reason, actor: GATE, at });
}

async function pass(work: AdmitWork, intake: IntakeRow, verdict: Verdict, step: Step): Promise<void> {
  await step('signing the approval and adding it to the catalog');
  await catalogImage(work, {
    repository: intake.repository,
    tag: intake.tag,
    digest: intake.digest as Digest,
    actor: GATE,
    reason: 'it passed every rule of the gate',
    policyVersion: verdict.policyVersion,
    expiresAt: await approvalEnd(work.db, intake.digest, work.clock.now()),
  });
  const decided = { at: work.clock.now(), by: GATE, reason: 'It passed every rule.' };
  await setIntakeStatus(work.db, intake.id, { status: 'cataloged', step: '', summary: summaryOf(verdict), decided });
}

/**
 * Judges one push: gathers evidence for the index and each platform, stores the verdict, and acts on it. Pass: cataloged;
 * fail: rejected; malware: quarantined; what a rule leaves open waits for a curator. May run again after a crash.
 */
export async function admitImage(work: AdmitWork, intakeId: string, jobStep: Step): Promise<string> {
  const { db } = work;
  const intake = await getIntake(db, intakeId);
  const open = ['queued', 'running', 'failed'];
  if (!open.includes(intake.status)) return intake.status;
  if (!(await isReady(db))) return waitForAdvisories(work, intake);
  const step: Step = async (text) => {
    await setIntakeStatus(db, intakeId, { status: 'running', step: text, from: ['queued', 'running', 'failed'] });
    await jobStep(text);
  };
  await step('reading the manifest');
  const digest = intake.digest as Digest;
  if (!(await findManifest(db, intake.repository, digest))) {
    const summary = 'It was deleted before it could be judged.';
    await setIntakeStatus(db, intakeId, { status: 'superseded', step: '', summary });
    return summary;
  }
  const image = await scanPlatforms(work, digest, step);
  if (image.platforms.length === 0) return refuseEmpty(work, intake);
  await step('judging');
  const judgement = await judgeImage(work, intake.repository, image);
  const { verdict, malware } = judgement;
  const at = work.clock.now();
  const judged = { type: 'image.judged', at, repository: intake.repository, digest, actor: GATE } as const;
  await publish(db, { ...judged, message: `${intake.repository}:${intake.tag} was judged: ${verdict.outcome}` });
  if (verdict.outcome === 'pass' && malware.length === 0) await pass(work, intake, verdict, step);
  else await db.transaction().execute((trx) => recordRefusal(work, trx, intake, judgement));
  return verdict.outcome;
}

/** The last repetition failed: somebody has to look, and the intake says why. */
export async function admissionFailed({ db }: Pick<AdmitWork, 'db'>, intakeId: string, error: string): Promise<void> {
  const summary = `It could not be judged: ${error}. Push it again, or ask an administrator.`;
  await setIntakeStatus(db, intakeId, { status: 'failed', step: '', summary });
}
