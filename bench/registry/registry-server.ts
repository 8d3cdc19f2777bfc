import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A registry under load: how it is reached, and what it wants to be told. */
export interface RegistryServer extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Where images are pushed to, and where what was pushed is pulled from; each ends with a slash or is empty. */
  readonly intake: string;
  readonly catalog: string;
  /** What a client sends to push there: a token as it gets one by itself. Undefined where nobody signs in. */
  authorize(repositories: readonly string[]): Promise<string | undefined>;
  /** Waits until an image that was pushed to `intake` can be pulled from `catalog`. */
  published(repository: string, tag: string): Promise<void>;
  /** Waits until nothing goes on that earlier requests caused. */
  rested(): Promise<void>;
}

/** A program that is ended with its work; rejects when it does not answer under `url`. */
export async function startProgram(
  command: readonly [string, ...string[]],
  url: string,
): Promise<{ readonly child: ChildProcess } & AsyncDisposable> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  const ended = once(child, 'exit');
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${said}`);
    if (await answers(url)) return { child, [Symbol.asyncDispose]: stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${program} did not answer within 30 s:\n${said}`);
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    (answer) => answer.ok,
    () => false,
  );
}
