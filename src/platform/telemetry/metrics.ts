import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What one process counts. The supervisor adds the processes up. */
export interface Metrics {
  readonly registry: Registry;
  /** One answered request. `route` is a pattern, never a path with names in it, so that the series stay few. */
  observeRequest(request: { surface: string; method: string; route: string; status: number; seconds: number }): void;
  observeJob(job: { name: string; result: 'done' | 'failed'; seconds: number }): void;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(processName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'assay_request_seconds',
    help: 'Time until a request was answered.',
    labelNames: ['surface', 'method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  const jobs = new Histogram({
    name: 'assay_job_seconds',
    help: 'Time that a job took.',
    labelNames: ['name', 'result'],
    buckets: [...SECONDS, 60, 300, 900, 3600],
    registers: [registry],
  });
  return {
    registry,
    observeRequest: ({ seconds, status, ...labels }) =>
      requests.observe({ ...labels, status: `${Math.floor(status / 100)}xx` }, seconds),
    observeJob: ({ seconds, ...labels }) => jobs.observe(labels, seconds),
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
  };
}

export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The text that Prometheus reads, of several processes together. */
export async function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
