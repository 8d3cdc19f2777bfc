import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#testkit/peers.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

export interface ReadLoad {
  readonly url: string;
  readonly accept?: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface ReadRate {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
}

// wrk counts a request that its end cut short in bytes only; what it prints for people is rounded.
const script = `function done(summary)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d\\n", summary.requests, summary.bytes, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;

/** One thread of wrk. Throws when an answer was not a good one. */
export async function measureReads(load: ReadLoad): Promise<ReadRate> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'load.lua');
  await writeFile(file, script);
  const accept = load.accept ? ['-H', `Accept: ${load.accept}`] : [];
  const settings = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '60s', '-s', file];
  const { stdout, stderr } = await run('wrk', [...settings, ...accept, load.url]);
  const [, requests, bytes, microseconds, errors] = /result (\d+) (\d+) (\d+) (\d+)/.exec(stdout) ?? [];
  if (errors !== '0') throw new Error(`GET ${load.url} failed ${errors} times: ${stdout}${stderr}`);
  const seconds = Number(microseconds) / 1_000_000;
  return { requestsPerSecond: Number(requests) / seconds, bytesPerSecond: Number(bytes) / seconds };
}
