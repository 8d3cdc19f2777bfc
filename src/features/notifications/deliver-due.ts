import { messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { ChannelDeps } from './channel.ts';
import {
  claimDeliveries,
  failDelivery,
  findRest,
  finishDelivery,
  postponeDeliveries,
  putRest,
  queueDeliveries,
  registerEndpoint,
} from './delivery-store.ts';
import type { Endpoint } from './endpoint.ts';

const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;
const LONGEST_REST_MS = 300_000;
const CLAIM = 20;
/** Longer than a whole claim can take. */
const LEASE_MS = 10 * 60_000;
const MAX_ROUNDS = 100;

export interface DeliverDeps extends ChannelDeps {
  readonly db: Database;
  readonly endpoints: readonly Endpoint[];
  readonly signal?: AbortSignal;
}

export interface Delivered {
  readonly sent: number;
  readonly failed: number;
}

/** 10 s, 20 s, 40 s, … up to an hour; nothing after the twelfth attempt. */
export function nextAttemptAt(attempts: number, now: Date): Date | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined;
  return new Date(now.getTime() + Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS));
}

/** How long an endpoint is left alone after so many failures in a row: 10 s, 20 s, … five minutes. */
function restUntil(failures: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_REST_MS));
}

/**
 * Sends what is due, each endpoint independent of the others and in the order of events. A failure lets the endpoint
 * rest and moves that event back, so that neither a server that is down nor one event that it refuses holds up the rest.
 * No transaction is open while anything is sent.
 */
export async function deliverDue(deps: DeliverDeps): Promise<Delivered> {
  const results = await Promise.all(deps.endpoints.map((endpoint) => deliverTo(deps, endpoint)));
  return {
    sent: results.reduce((sum, result) => sum + result.sent, 0),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
  };
}

async function deliverTo(deps: DeliverDeps, endpoint: Endpoint): Promise<Delivered> {
  const { db, clock } = deps;
  await registerEndpoint(db, endpoint.id);
  const { failures, restsUntil } = await findRest(db, endpoint.id);
  if (restsUntil && restsUntil > clock.now()) return { sent: 0, failed: 0 };
  let sent = 0;
  for (let round = 0; round < MAX_ROUNDS && !deps.signal?.aborted; round += 1) {
    const hasMore = await queueDeliveries(db, endpoint, clock.now());
    const result = await deliverClaim(deps, endpoint, sent > 0 ? 0 : failures);
    sent += result.sent;
    if (result.failed > 0) return { sent, failed: result.failed };
    if (result.sent === 0 && !hasMore) break;
  }
  if (sent > 0 && failures > 0) await putRest(db, endpoint.id, 0, null);
  return { sent, failed: 0 };
}

async function deliverClaim(deps: DeliverDeps, endpoint: Endpoint, failuresBefore: number): Promise<Delivered> {
  const { db, clock } = deps;
  const now = clock.now();
  const leaseUntil = new Date(now.getTime() + LEASE_MS);
  const claimed = await claimDeliveries(db, endpoint.id, { now, leaseUntil, limit: CLAIM });
  for (const [index, { event, attempts }] of claimed.entries()) {
    try {
      await endpoint.send(deps, event);
    } catch (error) {
      const at = clock.now();
      const nextAt = nextAttemptAt(attempts + 1, at);
      await failDelivery(db, endpoint.id, event.id, { error: messageOf(error), nextAt, now: at });
      const failures = (index > 0 ? 0 : failuresBefore) + 1;
      const restsUntil = restUntil(failures, at);
      await putRest(db, endpoint.id, failures, restsUntil);
      const behind = claimed.slice(index + 1).map((delivery) => delivery.event.id);
      await postponeDeliveries(db, endpoint.id, behind, restsUntil);
      return { sent: index, failed: 1 };
    }
    await finishDelivery(db, endpoint.id, event.id, clock.now());
  }
  return { sent: claimed.length, failed: 0 };
}
