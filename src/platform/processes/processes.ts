import { fileURLToPath } from 'node:url';
import { messageOf } from '#kernel/errors.ts';
import type { TlsPair } from '#platform/network/tls-pair.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { createMetricsGatherer } from './gather-metrics.ts';
import { KeptProcess } from './kept-process.ts';
import type { ProcessContext, Role } from './messages.ts';
import { createSettling } from './settle-changes.ts';

/** The processes of one server. */
export interface Processes {
  /** It loads at once and begins with the next `startForked`. Nothing happens once they are told to stop. */
  fork(role: Role): void;
  /** Resolves when all that were forked are ready; rejects with the sentence of one that cannot start. */
  startForked(context: Omit<ProcessContext, 'role'>): Promise<void>;
  restart(context: Omit<ProcessContext, 'role'>): void;
  renewTls(tls: TlsPair): void;
  /** Resolves when none is left. */
  stop(patienceMs: number): Promise<void>;
  kill(): void;
}

export function createProcesses({ entry, log }: { readonly entry: URL; readonly log: Logger }): Processes {
  const all: KeptProcess[] = [];
  let isStopping = false;
  const gather = createMetricsGatherer(() => all);
  const settling = createSettling(() => all);
  const stopSome = (isWanted: (kept: KeptProcess) => boolean, patienceMs: number) =>
    Promise.all(all.filter(isWanted).map((kept) => kept.stop(patienceMs)));
  return {
    fork(role) {
      if (isStopping) return;
      all.push(
        new KeptProcess({
          role,
          entry: fileURLToPath(entry),
          log,
          onEnd: (kept) => settling.gone(kept),
          onMessage: (message, from) => {
            settling.receive(message, from);
            gather(message, from).catch((error) => log.warn({ err: error }, messageOf(error)));
          },
        }),
      );
    },
    async startForked(context) {
      await Promise.all(all.map((kept) => kept.start({ ...context, role: kept.role })));
    },
    restart(context) {
      for (const kept of all) kept.restart({ ...context, role: kept.role });
    },
    renewTls(tls) {
      for (const kept of all) if (kept.role === 'web') kept.renewTls(tls);
    },
    async stop(patienceMs) {
      isStopping = true;
      await stopSome(({ role }) => role !== 'sign', patienceMs);
      // Last, because jobs that end still sign.
      await stopSome(({ role }) => role === 'sign', Math.min(patienceMs, 1_000));
    },
    kill() {
      for (const kept of all) kept.kill();
    },
  };
}
