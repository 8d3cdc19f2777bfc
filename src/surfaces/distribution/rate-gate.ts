import type { IncomingMessage } from 'node:http';
import { createRateLimits } from '#features/registry/index.ts';
import { networkOf } from '#kernel/network-of.ts';
import type { Principal } from '#model/access.ts';
import type { DistributionDeps } from './distribution-deps.ts';
import type { Answer } from './registry-answer.ts';
import { announcedBytes } from './request-body.ts';

/** Who asks; somebody who did not sign in is known by the network. */
interface Asker {
  readonly principal: Principal;
  readonly from: string;
}

/** The rate limits of the namespaces' rules, in memory. */
export interface RateGate {
  /**
   * Counts the request. Undefined where nobody is limited; else what takes the bytes that it moved. Throws
   * `TOOMANYREQUESTS`. The repository is empty for what belongs to none.
   */
  enter(asker: Asker, repository: string): ((bytes: number) => void) | undefined;
}

export function createRateGate({
  clock,
  rules,
  processes = 1,
}: Pick<DistributionDeps, 'clock' | 'rules' | 'processes'>): RateGate {
  const limits = createRateLimits({ clock, processes });
  return {
    enter({ principal, from }, repository) {
      const book = rules?.recent();
      if (!book?.hasRateLimits) return undefined;
      const limit = book.rulesFor(repository).rateLimit;
      if (!limit) return undefined;
      if (principal.id !== 'anonymous') return limits.enter(limit, principal.id, principal.name);
      const network = networkOf(from);
      return limits.enter(limit, `address ${network}`, network);
    },
  };
}

/** What came with the request and goes with its answer. `readBefore` is what the connection had read when it began. */
export function movedBytes(request: IncomingMessage, readBefore: number, answer: Answer | undefined): number {
  const received = announcedBytes(request) ?? Math.max(0, request.socket.bytesRead - readBefore);
  const { body, headers } = answer ?? {};
  if (body === undefined || request.method === 'HEAD') return received;
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return received + (isWhole ? body.length : Number(headers?.['content-length'] ?? 0));
}
