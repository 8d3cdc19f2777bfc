import type { KeptProcess } from './kept-process.ts';
import type { ToSupervisor } from './messages.ts';

/**
 * For a process that has changed something: asks every web process to catch up with the database's messages, and answers when all
 * have, or have ended. A process that does not answer is the asking one's business: it knows for how long to wait.
 */
export function createSettling(processes: () => readonly KeptProcess[]) {
  /** By question: who has not answered yet, and what is to be done when all have. */
  const waiting = new Map<number, { readonly for: Set<KeptProcess>; readonly done: () => void }>();
  let lastId = 0;

  function ask(done: () => void): void {
    lastId += 1;
    const id = lastId;
    // What has not begun yet remembers nothing.
    const asked = new Set(processes().filter((kept) => kept.role === 'web' && kept.hasBegun));
    waiting.set(id, { for: asked, done });
    for (const kept of asked) kept.tell({ kind: 'catch-up', id });
    finishIfAll(id);
  }

  function finishIfAll(id: number): void {
    const question = waiting.get(id);
    if (!question || question.for.size > 0) return;
    waiting.delete(id);
    question.done();
  }

  function answered(id: number, from: KeptProcess): void {
    waiting.get(id)?.for.delete(from);
    finishIfAll(id);
  }

  return {
    receive(message: ToSupervisor, from: KeptProcess): void {
      if (message.kind === 'caught-up') answered(message.id, from);
      if (message.kind === 'want-settled') ask(() => from.tell({ kind: 'settled', id: message.id }));
    },
    /** A process that has ended serves nothing any more. */
    gone(kept: KeptProcess): void {
      for (const id of [...waiting.keys()]) answered(id, kept);
    },
  };
}
