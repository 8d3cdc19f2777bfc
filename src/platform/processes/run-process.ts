import { messageOf } from '#kernel/errors.ts';
import type { ProcessContext, ToProcess, ToSupervisor } from './messages.ts';
import { createSupervisorLink, type SupervisorLink, type SupervisorLinkOptions, tell } from './supervisor-link.ts';

/**
 * The life of a process that a supervisor forked: says that it has loaded, starts when told, disposes of what it started
 * when told, and ends at once when the supervisor is gone. Signals are the supervisor's business.
 */
export async function runProcess(
  options: SupervisorLinkOptions & {
    readonly start: (context: ProcessContext, supervisor: SupervisorLink) => Promise<AsyncDisposable>;
  },
): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.once('disconnect', () => process.exit(0));
  const link = createSupervisorLink(options);
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
