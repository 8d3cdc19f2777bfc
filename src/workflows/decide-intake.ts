import {
  createAcceptance,
  defaultPolicy,
  type Evidence,
  getIntake,
  judge,
  latestVerdict,
  policyFor,
  setIntakeStatus,
} from '#features/gates/index.ts';
import { isQuarantined, setState } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import { addDays, isoDay } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { IntakeDecision, IntakeRow } from '#model/api-intake.ts';
import { namespaceOf } from '#model/namespace.ts';
import type { RuleResult } from '#model/verdict.ts';
import type { Database } from '#platform/database/database.ts';
import type { AdmitWork } from './admit-image.ts';
import { approvalEnd, catalogImage } from './catalog-image.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { judgeImage } from './judge-image.ts';
import { scanPlatforms } from './scan-platforms.ts';
import type { ScannedImage } from './scanned-image.ts';

const DEFAULT_DAYS = 30;
const FINDINGS_RULE = 'vulnerabilities';

export interface Decider {
  readonly name: string;
}

async function decidable(db: Database, id: string): Promise<IntakeRow> {
  const intake = await getIntake(db, id);
  const { status, repository, tag } = intake;
  if (status === 'waiting' || status === 'rejected') return intake;
  if (status === 'quarantined') {
    throw new AppError(
      'not-allowed',
      `cannot decide on ${repository}:${tag}: malware was found in it, and nobody can approve that`,
    );
  }
  throw new AppError(
    'conflict',
    `cannot decide on ${repository}:${tag}: it is ${status}; only what waits or was rejected is decided`,
  );
}

function scopeValue(intake: IntakeRow, scope: IntakeDecision['scope']): string {
  if (scope === 'image') return intake.digest;
  return scope === 'entry' ? intake.target : namespaceOf(intake.repository);
}

/**
 * The advisories that make the findings rule fail, each looked at alone: accepting the rule as a whole would also accept
 * what is published tomorrow.
 */
async function failingAdvisories(work: AdmitWork, intake: IntakeRow, evidence: Evidence): Promise<string[]> {
  const policy = (await policyFor(work.db, intake.repository)) ?? defaultPolicy(namespaceOf(intake.repository));
  const failing = new Set<string>();
  for (const [index, platform] of evidence.platforms.entries()) {
    for (const finding of platform.findings) {
      const alone = evidence.platforms.map((each, at) => ({ ...each, findings: at === index ? [finding] : [] }));
      const verdict = judge({ policy, acceptances: [], clock: work.clock }, { ...evidence, platforms: alone });
      const result = verdict.results.find((each) => each.rule === FINDINGS_RULE);
      if (result && result.outcome !== 'pass') failing.add(finding.advisoryId);
    }
  }
  return [...failing];
}

async function accept(
  work: AdmitWork,
  intake: IntakeRow,
  image: ScannedImage,
  decision: IntakeDecision & { by: string },
  open: readonly RuleResult[],
): Promise<void> {
  const { db, clock } = work;
  const at = clock.now();
  const evidence = await gatherEvidence({ ...work, now: at }, intake.repository, image);
  const until = decision.until ?? isoDay(addDays(at, DEFAULT_DAYS));
  const shared = {
    scope: decision.scope,
    scopeValue: scopeValue(intake, decision.scope),
    reason: decision.reason,
    ticket: decision.ticket,
    until,
    by: decision.by,
    at,
  };
  const advisories = open.some((result) => result.rule === FINDINGS_RULE)
    ? await failingAdvisories(work, intake, evidence)
    : [];
  await db.transaction().execute(async (trx) => {
    for (const advisoryId of advisories) await createAcceptance(trx, { ...shared, rule: FINDINGS_RULE, advisoryId });
    for (const { rule } of open)
      if (rule !== FINDINGS_RULE || advisories.length === 0) await createAcceptance(trx, { ...shared, rule });
  });
}

/**
 * A curator approves what the gate rejected or left open. Each rule that did not pass becomes an acceptance with reason, scope
 * and end; the image is judged again with them, and cataloged.
 */
export async function approveIntake(
  work: AdmitWork,
  id: string,
  decision: IntakeDecision & { readonly by: string },
): Promise<IntakeRow> {
  const { db, clock } = work;
  const intake = await decidable(db, id);
  const digest = intake.digest as Digest;
  if (await isQuarantined(db, digest))
    throw new AppError('not-allowed', `cannot approve ${intake.repository}:${intake.tag}: it is quarantined`);
  const before = await latestVerdict(db, digest, intake.repository);
  const open = (before?.results ?? []).filter((result) => result.outcome === 'fail' || result.outcome === 'open');
  const image = await scanPlatforms(work, digest, async () => undefined);
  await accept(work, intake, image, decision, open);
  const { verdict } = await judgeImage(work, intake.repository, image);
  if (verdict.outcome !== 'pass') {
    const still = verdict.results.find((result) => result.outcome === 'fail' || result.outcome === 'open');
    throw new AppError(
      'conflict',
      `cannot approve ${intake.repository}:${intake.tag}: since it was judged, ${still?.reasons[0] ?? 'another rule fails'}`,
    );
  }
  const reason = `${decision.by} approved it: ${decision.reason.replace(/\.$/, '')}`;
  await catalogImage(work, {
    repository: intake.repository,
    tag: intake.tag,
    digest,
    actor: decision.by,
    reason,
    policyVersion: verdict.policyVersion,
    expiresAt: await approvalEnd(db, digest, clock.now()),
  });
  const decided = { at: clock.now(), by: decision.by, reason: decision.reason };
  await setIntakeStatus(db, id, { status: 'cataloged', step: '', summary: reason, decided });
  return getIntake(db, id);
}

/** A curator rejects what waits; the reason is what the pusher reads. */
export async function rejectIntake(
  work: Pick<AdmitWork, 'db' | 'clock'>,
  id: string,
  decision: { readonly reason: string; readonly by: string },
): Promise<IntakeRow> {
  const { db, clock } = work;
  const intake = await decidable(db, id);
  const at = clock.now();
  const { repository, digest, tag } = intake;
  const { by, reason } = decision;
  await db.transaction().execute(async (trx) => {
    await setIntakeStatus(trx, id, { status: 'rejected', step: '', summary: reason, decided: { at, by, reason } });
    await setState(trx, {
      repository,
      digest,
      state: 'rejected',
      reason: `${by} rejected it: ${reason.replace(/\.$/, '')}`,
      actor: by,
      at,
    });
    await publish(trx, {
      type: 'image.rejected',
      at,
      repository,
      digest,
      actor: by,
      message: `${by} rejected ${repository}:${tag}: ${reason}`,
      data: { tag },
    });
  });
  return getIntake(db, id);
}
