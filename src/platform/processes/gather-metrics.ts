import type { MetricsSnapshot } from '#platform/telemetry/metrics.ts';
import type { KeptProcess } from './kept-process.ts';
import type { ToSupervisor } from './messages.ts';

const TIMEOUT_MS = 2_000;

/** Asks every process for its metrics and adds them up; one that does not answer in time is left out. */
export function createMetricsGatherer(processes: () => readonly KeptProcess[]) {
  const collections = new Map<number, (from: KeptProcess, snapshot: MetricsSnapshot) => void>();
  let lastId = 0;

  async function gather(): Promise<string> {
    lastId += 1;
    const id = lastId;
    const asked = new Set(processes());
    const snapshots: MetricsSnapshot[] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TIMEOUT_MS);
      collections.set(id, (from, snapshot) => {
        if (asked.delete(from)) snapshots.push(snapshot);
        if (asked.size > 0) return;
        clearTimeout(timer);
        resolve();
      });
      for (const kept of asked) kept.tell({ kind: 'read-metrics', id });
    });
    collections.delete(id);
    // Loaded when first asked for, to keep the start short.
    const { renderMetrics } = await import('#platform/telemetry/metrics.ts');
    return renderMetrics(snapshots);
  }

  return async function receive(message: ToSupervisor, from: KeptProcess): Promise<void> {
    if (message.kind === 'metrics') collections.get(message.id)?.(from, message.snapshot);
    if (message.kind === 'want-all-metrics') from.tell({ kind: 'all-metrics', id: message.id, text: await gather() });
  };
}
