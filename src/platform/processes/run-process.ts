import { messageOf } from '#kernel/errors.ts';
import type { TlsPair } from '#platform/network/tls-pair.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';
import type { ProcessContext, ToProcess, ToSupervisor } from './messages.ts';

/** What a process can ask of its supervisor. */
export interface SupervisorLink {
  /** The metrics of all processes together, as Prometheus reads them. */
  renderAllMetrics(): Promise<string>;
  /** Told of every certificate that takes the place of the one that the process was started with. */
  onTlsRenewed(listener: (pair: TlsPair) => void): void;
}

const METRICS_TIMEOUT_MS = 3_000;

/**
 * The life of a process that a supervisor forked: says that it has loaded, starts when told, disposes of what it started
 * when told, and ends at once when the supervisor is gone. Signals are the supervisor's business.
 */
export async function runProcess(options: {
  readonly metrics: Metrics;
  readonly start: (context: ProcessContext, supervisor: SupervisorLink) => Promise<AsyncDisposable>;
}): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.once('disconnect', () => process.exit(0));
  const link = createLink(options.metrics);
  const stopped = received('stop');
  const started = received('start');
  tell({ kind: 'loaded' });
  const { context } = await started;
  let running: AsyncDisposable;
  try {
    running = await options.start(context, link);
  } catch (error) {
    const failed: ToSupervisor = { kind: 'failed', message: messageOf(error) };
    return void process.send?.(failed, () => process.exit(1));
  }
  tell({ kind: 'ready' });
  await stopped;
  await running[Symbol.asyncDispose]();
  process.exit(0);
}

function tell(message: ToSupervisor): void {
  // A supervisor that is gone has nothing more to hear, and its going ends this process.
  if (process.connected) process.send?.(message, () => undefined);
}

function received<K extends ToProcess['kind']>(kind: K): Promise<Extract<ToProcess, { kind: K }>> {
  return new Promise((resolve) => {
    process.on('message', (message: ToProcess) => {
      if (isOf(message, kind)) resolve(message);
    });
  });
}

function isOf<K extends ToProcess['kind']>(message: ToProcess, kind: K): message is Extract<ToProcess, { kind: K }> {
  return message.kind === kind;
}

function createLink(metrics: Metrics): SupervisorLink {
  const waiting = new Map<number, (text: string) => void>();
  let lastId = 0;
  let renewed: TlsPair | undefined;
  let onRenewed: ((pair: TlsPair) => void) | undefined;
  process.on('message', async (message: ToProcess) => {
    if (message.kind === 'renew-tls') {
      renewed = message.tls;
      onRenewed?.(message.tls);
    }
    if (message.kind === 'all-metrics') waiting.get(message.id)?.(message.text);
    if (message.kind === 'read-metrics') {
      tell({ kind: 'metrics', id: message.id, snapshot: await metrics.registry.getMetricsAsJSON() });
    }
  });
  return {
    onTlsRenewed(listener) {
      onRenewed = listener;
      if (renewed) listener(renewed);
    },
    renderAllMetrics() {
      lastId += 1;
      const id = lastId;
      return new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error('cannot read the metrics: the supervisor does not answer'));
        }, METRICS_TIMEOUT_MS);
        waiting.set(id, (text) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(text);
        });
        tell({ kind: 'want-all-metrics', id });
      });
    },
  };
}
