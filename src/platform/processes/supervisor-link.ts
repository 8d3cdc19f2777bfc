import { createSharedRuns } from '#kernel/async.ts';
import type { TlsPair } from '#platform/network/tls-pair.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';
import type { ToProcess, ToSupervisor } from './messages.ts';

/** What a process can ask of its supervisor. */
export interface SupervisorLink {
  /** The metrics of all processes together, as Prometheus reads them. */
  renderAllMetrics(): Promise<string>;
  /** Told of every certificate that takes the place of the one that the process was started with. */
  onTlsRenewed(listener: (pair: TlsPair) => void): void;
  /**
   * Resolves when every web process of this machine has been told what the database committed before the call. One that does not
   * answer in time must by then have stopped to trust what it remembers; it is not waited for any longer.
   */
  settle(): Promise<void>;
  /** What this process does to be told what was committed. Until there is something, it remembers nothing. */
  onCatchUp(catchUp: () => Promise<void>): void;
}

const METRICS_TIMEOUT_MS = 3_000;

export function tell(message: ToSupervisor): void {
  // A supervisor that is gone has nothing more to hear, and its going ends this process.
  if (process.connected) process.send?.(message, () => undefined);
}

export interface SupervisorLinkOptions {
  readonly metrics: Metrics;
  /** For how long `settle` waits. */
  readonly settleMs: number;
}

export function createSupervisorLink({ metrics, settleMs }: SupervisorLinkOptions): SupervisorLink {
  const texts = createQuestions<string>();
  const settled = createQuestions<undefined>();
  let renewed: TlsPair | undefined;
  let onRenewed: ((pair: TlsPair) => void) | undefined;
  let catchUp: (() => Promise<void>) | undefined;
  process.on('message', async (message: ToProcess) => {
    if (message.kind === 'renew-tls') {
      renewed = message.tls;
      onRenewed?.(message.tls);
    } else if (message.kind === 'all-metrics') texts.answer(message.id, message.text);
    else if (message.kind === 'settled') settled.answer(message.id, undefined);
    else if (message.kind === 'read-metrics') {
      tell({ kind: 'metrics', id: message.id, snapshot: await metrics.registry.getMetricsAsJSON() });
    } else if (message.kind === 'catch-up') {
      await catchUp?.();
      tell({ kind: 'caught-up', id: message.id });
    }
  });
  return {
    onTlsRenewed(listener) {
      onRenewed = listener;
      if (renewed) listener(renewed);
    },
    async renderAllMetrics() {
      const text = await texts.ask((id) => tell({ kind: 'want-all-metrics', id }), METRICS_TIMEOUT_MS);
      if (text !== undefined) return text;
      throw new Error('cannot read the metrics: the supervisor does not answer');
    },
    settle: createSharedRuns(() => settled.ask((id) => tell({ kind: 'want-settled', id }), settleMs)),
    onCatchUp(listener) {
      catchUp = listener;
    },
  };
}

/** Questions that are answered by id, or with undefined when their time is over. */
function createQuestions<T>() {
  const waiting = new Map<number, (answer: T | undefined) => void>();
  let lastId = 0;
  return {
    ask(send: (id: number) => void, timeoutMs: number): Promise<T | undefined> {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const finish = (answer: T | undefined) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(finish, timeoutMs, undefined);
        waiting.set(id, finish);
        send(id);
      });
    },
    answer: (id: number, answer: T) => waiting.get(id)?.(answer),
  };
}
