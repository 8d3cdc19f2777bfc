import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Authenticator, Passwords } from '#features/access/index.ts';
import { EVENTS_CHANNEL } from '#features/notifications/index.ts';
import { type AnnouncedTrust, findAnnouncedTrust } from '#features/signing/index.ts';
import { AppError } from '#kernel/errors.ts';
import { version } from '#kernel/version.ts';
import type { Database } from '#platform/database/database.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import type { Arrival } from '#platform/network/forwarded.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { awaitJob } from '#platform/queue/await-job.ts';
import { allRoutes, createIdentify, type RestRouteDeps, registerHealth, registerRest } from '#surfaces/rest/index.ts';
import { checkDecided, DECISION_JOB, type DecisionInput } from '#workflows/decision-jobs.ts';
import { projectEntry } from '#workflows/project-entry.ts';
import { scanRepository } from '#workflows/scan-images.ts';
import type { Parts } from '../assay.ts';

export interface ApiIdentity {
  readonly passwords: Passwords;
  readonly authenticator: Authenticator;
  /** Whether somebody without credentials may read the catalog. */
  readonly isOpen: boolean;
  readonly notifications: Notifications;
  arrivalOf(request: IncomingMessage): Arrival;
}

const TRUST_KEPT_MS = 60_000;

/** The trust that the process with the key announced; it changes only when that process starts anew. */
function rememberedTrust(db: Database): () => Promise<AnnouncedTrust> {
  let known: AnnouncedTrust | undefined;
  let until = 0;
  return async () => {
    if (known && Date.now() < until) return known;
    known = await findAnnouncedTrust(db);
    until = Date.now() + TRUST_KEPT_MS;
    if (known) return known;
    throw new AppError('unavailable', 'the signing key is not open yet: try again in a moment');
  };
}

/** People's decisions are jobs: they sign, and web processes never reach the key. */
async function decide({ db, queue, config }: Parts, decision: DecisionInput): Promise<void> {
  const subject =
    'repository' in decision ? `${decision.verb} ${decision.repository}` : `${decision.verb} intake ${decision.id}`;
  const id = await queue.send(db, { name: DECISION_JOB, queueClass: 'interactive', input: decision, subject });
  checkDecided(await awaitJob(db, id, config.decisionSeconds * 1000));
}

/** The API with everything that its resources need. */
export async function registerApi(
  app: FastifyInstance,
  parts: Parts,
  identity: ApiIdentity,
  closing: AbortSignal,
): Promise<void> {
  const { config, options, db, blobs, queue, clock } = parts;
  const { publicUrl } = config;
  const { authenticator, notifications, passwords, arrivalOf } = identity;
  const deps: RestRouteDeps = {
    ...{ db, blobs, queue, clock, authenticator, passwords, version, closing },
    registryHost: new URL(publicUrl).host,
    arrivalOf,
    garbageDelayMs: config.garbageDelayHours * 3_600_000,
    scrubBytesPerSecond: config.scrubBytesPerSecond,
    isSecure: publicUrl.startsWith('https:'),
    http: createHttpClient({ allowPrivate: config.allowPrivateNetwork }),
    trust: rememberedTrust(db),
    decide: (decision) => decide(parts, decision),
    project: (trx, repository) => projectEntry(trx, repository, clock.now()),
    supportChanged: (trx, repository) => scanRepository({ queue }, trx, repository),
    listen: (onEvent) => listen(notifications, onEvent),
  };
  registerHealth(app, { db, blobs, metrics: () => options.supervisor.renderAllMetrics() });
  const identify = createIdentify({ db, clock, authenticator, arrivalOf, allowsAnonymous: identity.isOpen });
  const settled = () => options.supervisor.settle();
  await registerRest(app, allRoutes(deps), { publicUrl, version, arrivalOf, identify, log: options.log, settled });
}

/** Wakes readers of events, also after the connection was lost: something may have been missed. */
function listen(notifications: Notifications, onEvent: () => void): () => void {
  const listening = notifications.listen(EVENTS_CHANNEL, { onMessage: onEvent, onBack: onEvent });
  return () => void listening.then((end) => end());
}
