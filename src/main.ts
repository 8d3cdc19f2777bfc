import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { readConfig } from '#platform/config/config.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { welcome } from './main/welcome.ts';

/** The supervisor, or the process that it forked for the role. Each loads only what it needs, so that a start is short. */
async function main(role: string | undefined): Promise<void> {
  const { config, warnings } = readConfig(process.env);
  const terminalFile = join(config.data, 'assay.log');
  const isForked = role === 'web' || role === 'work' || role === 'sign';
  const log = createLogger({ level: config.logLevel, name: isForked ? role : 'supervisor', terminalFile });
  if (isForked) {
    const { runProcess } = await import('#platform/processes/run-process.ts');
    const { createMetrics } = await import('#platform/telemetry/metrics.ts');
    const { createAssay, loadRole } = await import('./assay.ts');
    // What takes longest to load is loaded while the supervisor starts the database.
    await loadRole(role);
    const metrics = createMetrics(role);
    return runProcess({
      metrics,
      settleMs: config.memoryTrustMs,
      start: (context, supervisor) =>
        createAssay(config, { ...context, roles: new Set([role]), log, metrics, supervisor, clock: systemClock }),
    });
  }
  for (const warning of warnings) process.stderr.write(`assay: ${warning}\n`);
  const { supervise } = await import('#platform/processes/supervise.ts');
  await supervise({
    config,
    log,
    entry: new URL(import.meta.url),
    onReady: () => void process.stdout.write(welcome(config)),
  });
}

try {
  await main(process.argv[2]);
} catch (error) {
  process.stderr.write(`assay: ${messageOf(error)}\n`);
  process.exitCode = 1;
  process.exit();
}
