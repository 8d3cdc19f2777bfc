import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, renderMetrics } from './metrics.ts';

test('the requests of several processes add up', async () => {
  const processes = [createMetrics('web'), createMetrics('web')];
  for (const { observeRequest } of processes) {
    observeRequest({ surface: 'distribution', method: 'GET', route: 'manifest', status: 200, seconds: 0.002 });
  }
  const text = await renderMetrics(await Promise.all(processes.map(({ registry }) => registry.getMetricsAsJSON())));
  assert.match(text, /assay_request_seconds_count\{[^}]*route="manifest"[^}]*\} 2/);
  assert.match(text, /process="web"/);
});
