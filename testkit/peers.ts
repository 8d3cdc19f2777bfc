import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The full path of a program of the interop tests, from `$ASSAY_PEERS/bin` or the path; undefined when it is absent. */
export function findPeer(name: string): string | undefined {
  const folders = [
    ...(process.env.ASSAY_PEERS ? [join(process.env.ASSAY_PEERS, 'bin')] : []),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * For the `skip` option of a test: the reason when one of the programs is absent. Where everything must run
 * (`ASSAY_TEST_REQUIRE_PEERS`), an absent program is an error instead.
 */
export function withoutPeers(...names: readonly string[]): string | false {
  const absent = names.filter((name) => findPeer(name) === undefined);
  if (absent.length === 0) return false;
  const reason = `needs ${absent.join(', ')} on the path or in $ASSAY_PEERS/bin (.ci/peers.sh brings them)`;
  if (process.env.ASSAY_TEST_REQUIRE_PEERS) throw new Error(reason);
  return reason;
}

/** For the `skip` option: the reason when a file of the test data is absent. */
export function withoutData(...paths: readonly string[]): string | false {
  const folder = process.env.ASSAY_TEST_DATA;
  if (folder && paths.every((path) => existsSync(join(folder, path)))) return false;
  const reason = `needs ASSAY_TEST_DATA to name a folder with ${paths.join(', ')}`;
  if (process.env.ASSAY_TEST_REQUIRE_PEERS) throw new Error(reason);
  return reason;
}

/** The path of a file of the test data; only where `withoutData` said false. */
export function testData(path: string): string {
  return join(process.env.ASSAY_TEST_DATA ?? '', path);
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. A program that takes longer than the bound is killed, and its code is -1. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string; timeoutMs?: number } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(findPeer(program) ?? program, args, {
      env: { ...process.env, ...options.env },
      ...(options.cwd && { cwd: options.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    });
    const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const [stdout, stderr] = [Buffer.concat(output.stdout).toString(), Buffer.concat(output.stderr).toString()];
      resolve({ code: code ?? -1, stdout, stderr });
    });
    child.stdin.on('error', () => undefined); // a program that ends without reading its input
    child.stdin.end(options.input ?? '');
  });
}

/** As `run`, and throws with what the program said when it fails. Returns its standard output. */
export async function succeed(
  program: string,
  args: readonly string[],
  options?: Parameters<typeof run>[2],
): Promise<string> {
  const outcome = await run(program, args, options);
  if (outcome.code === 0) return outcome.stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${outcome.code}:\n${outcome.stdout}\n${outcome.stderr}`);
}
