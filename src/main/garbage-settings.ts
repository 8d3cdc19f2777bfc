import { countGarbage } from '#features/registry/index.ts';
import type { GarbageSettings } from '#workflows/collect-garbage.ts';
import type { Parts } from '../assay.ts';

const HOUR_MS = 3_600_000;
/** Longer than anybody takes from the publication of bytes to their row. */
const PUBLISH_GRACE_MS = HOUR_MS / 4;

/** How garbage is collected, and what is counted of it. */
export function garbageSettings({ config, db, options }: Pick<Parts, 'config' | 'db' | 'options'>): GarbageSettings {
  const { metrics } = options;
  const removals = metrics.counter('assay_garbage_removed_total', 'What the collector removed.', ['kind']);
  const freed = metrics.counter('assay_garbage_freed_bytes_total', 'Bytes that the collector freed.');
  metrics.gauge('assay_garbage_waiting', 'Candidates for removal that wait.', () => countGarbage(db).catch(() => 0));
  const delayMs = config.garbageDelayHours * HOUR_MS;
  return {
    delayMs,
    publishGraceMs: Math.min(delayMs, PUBLISH_GRACE_MS),
    collectsMissingSubjects: config.garbageMissingSubjects,
    observe(kind, removed) {
      removals.inc({ kind }, removed.length);
      for (const { sizeBytes } of removed) freed.inc(sizeBytes);
    },
  };
}
