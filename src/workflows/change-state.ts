import { findEntry, listTagRows, successorAmong } from '#features/catalog/index.ts';
import { findState, findWindow, lifecycleArtifact, setState } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import { attachArtifact, getManifestByDigest, tagsOf } from '#features/registry/index.ts';
import { signManifest } from '#features/signing/index.ts';
import { addDays, isoDay } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { EventType } from '#model/event.ts';
import { formatDay } from '#model/image-state.ts';
import type { Database } from '#platform/database/database.ts';
import { projectEntry } from './project-entry.ts';
import type { SignWork } from './work.ts';

export interface StateDecision {
  readonly repository: string;
  readonly digest: Digest;
  readonly state: 'approved' | 'deprecated' | 'retired';
  /** A clause that follows "because". */
  readonly reason: string;
  readonly actor: string;
  /** The day that the lifecycle artifact names; null writes none. */
  readonly endOfLife: string | null;
  readonly retiresAt: Date | null;
  /** What is absent stays or is found; null says that there is none. */
  readonly successor?: string | null | undefined;
  readonly extendedUntil?: string | null | undefined;
  readonly event: EventType;
}

/** The owner's choice, or the newest supported tag of the entry. */
export async function successorOf(db: Database, repository: string, digest: string): Promise<string | null> {
  const chosen = (await findEntry(db, repository))?.support.successor;
  if (chosen) return chosen.includes('/') ? chosen : `${repository}:${chosen}`;
  const row = successorAmong(await listTagRows(db, repository), digest);
  return row ? `${repository}:${row.tag}` : null;
}

async function nameOf(db: Database, repository: string, digest: Digest): Promise<string> {
  const [tag] = await tagsOf(db, repository, digest);
  return tag === undefined ? `${repository}@${digest.slice(0, 17)}…` : `${repository}:${tag}`;
}

function sentence(name: string, decision: StateDecision, successor: string | null): string {
  const use = successor ? ` Use ${successor} instead.` : '';
  if (decision.event === 'image.extended')
    return `${name} is supported until ${decision.extendedUntil} because ${decision.reason}.`;
  if (decision.state === 'approved') return `${name} is served again because ${decision.reason}.`;
  if (decision.state === 'retired') return `${name} is retired because ${decision.reason}.${use}`;
  const until = decision.retiresAt ? ` and is retired on ${formatDay(decision.retiresAt)}` : '';
  return `${name} is deprecated because ${decision.reason}${until}.${use}`;
}

/**
 * Moves an image in its life: the state that pulls are decided by, a signed lifecycle artifact for machines, the announcement and
 * the catalog's row, in one transaction.
 */
export async function changeState(work: SignWork, decision: StateDecision): Promise<void> {
  const { db, clock } = work;
  const { repository, digest } = decision;
  const at = clock.now();
  const { mediaType, sizeBytes } = await getManifestByDigest(db, digest);
  const artifact =
    decision.endOfLife === null
      ? undefined
      : lifecycleArtifact({ mediaType, digest, size: sizeBytes }, decision.endOfLife, at);
  const signature =
    artifact &&
    (await signManifest(work, {
      target: { mediaType: artifact.mediaType, digest: artifact.digest, size: artifact.bytes.length },
    }));
  await db.transaction().execute(async (trx) => {
    const deps = { ...work, db: trx };
    const isOver = decision.state !== 'approved';
    const successor =
      decision.successor === undefined && isOver
        ? await successorOf(trx, repository, digest)
        : (decision.successor ?? null);
    const { state, reason, actor, retiresAt, extendedUntil } = decision;
    await setState(trx, { repository, digest, state, reason, actor, at, successor, retiresAt, extendedUntil });
    if (artifact && signature) {
      await attachArtifact(deps, repository, {
        manifest: artifact.bytes,
        mediaType: artifact.mediaType,
        blobs: artifact.blobs,
        pushedBy: 'assay',
      });
      const { manifest, blobs } = signature;
      await attachArtifact(deps, repository, {
        manifest: manifest.bytes,
        mediaType: manifest.mediaType,
        blobs,
        pushedBy: 'assay',
      });
    }
    const message = sentence(await nameOf(trx, repository, digest), decision, successor);
    const data = { state, successor, retiresAt: retiresAt?.toISOString() ?? null };
    await publish(trx, { type: decision.event, at, repository, digest, actor, message, data });
    await projectEntry(trx, repository, at);
  });
}

export interface HandDecision {
  readonly repository: string;
  readonly digest: Digest;
  readonly reason: string;
  readonly by: string;
  readonly successor?: string | null | undefined;
  readonly until?: string | undefined;
}

async function currentState(db: Database, { repository, digest }: HandDecision) {
  const state = await findState(db, repository, digest);
  if (state) return state;
  throw new AppError('not-found', `cannot decide on ${digest}: ${repository} does not have it as an image`);
}

function clause(text: string): string {
  return text.trim().replace(/\.+$/, '');
}

/** A curator ends an image before its time. */
export async function retireByHand(work: SignWork, decision: HandDecision): Promise<void> {
  await currentState(work.db, decision);
  const { repository, digest, by: actor, successor } = decision;
  const reason = `${actor} retired it: ${clause(decision.reason)}`;
  const endOfLife = isoDay(work.clock.now());
  await changeState(work, {
    repository,
    digest,
    state: 'retired',
    reason,
    actor,
    endOfLife,
    retiresAt: null,
    successor,
    event: 'image.retired',
  });
}

function futureDay(until: string, now: Date): string {
  if (until > isoDay(now)) return until;
  throw new AppError('invalid-input', `cannot use ${until}: give a day after today`);
}

/** A curator brings it back: a newer lifecycle artifact says until when. */
export async function restoreByHand(work: SignWork, decision: HandDecision): Promise<void> {
  const { db, clock } = work;
  await currentState(db, decision);
  const now = clock.now();
  const { endOfLife } = await findWindow(db, decision.digest);
  const isOver = endOfLife === null || endOfLife <= isoDay(now);
  const until = decision.until ? futureDay(decision.until, now) : isOver ? isoDay(addDays(now, 30)) : endOfLife;
  const { repository, digest, by: actor } = decision;
  const reason = `${actor} restored it: ${clause(decision.reason)}`;
  const extendedUntil = endOfLife === until ? null : until;
  await changeState(work, {
    repository,
    digest,
    state: 'approved',
    reason,
    actor,
    endOfLife: until,
    retiresAt: null,
    successor: null,
    extendedUntil,
    event: 'image.restored',
  });
}

/** A curator moves the end of an image that is still served. */
export async function extendByHand(work: SignWork, decision: HandDecision): Promise<void> {
  const { state } = await currentState(work.db, decision);
  if (state !== 'approved' && state !== 'deprecated') {
    throw new AppError('conflict', `cannot extend ${decision.digest}: it is ${state}; restore it instead`);
  }
  if (!decision.until) throw new AppError('invalid-input', 'cannot extend without a day: give "until"');
  const until = futureDay(decision.until, work.clock.now());
  const { repository, digest, by: actor } = decision;
  const reason = `${actor} extended its support until ${until}: ${clause(decision.reason)}`;
  await changeState(work, {
    repository,
    digest,
    state: 'approved',
    reason,
    actor,
    endOfLife: until,
    retiresAt: null,
    extendedUntil: until,
    event: 'image.extended',
  });
}
