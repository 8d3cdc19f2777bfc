import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPeer, run } from './peers.ts';

export interface Containerd extends AsyncDisposable {
  /** What `ctr -a` takes. */
  readonly address: string;
}

/** A real containerd of its own in the folder, without the parts that need a kernel to themselves. Needs root. */
export async function startContainerd(folder: string): Promise<Containerd> {
  const address = join(folder, 'containerd.sock');
  const config = join(folder, 'containerd.toml');
  mkdirSync(join(folder, 'opt'), { recursive: true });
  writeFileSync(
    config,
    `version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[plugins."io.containerd.internal.v1.opt"]\npath = "${join(folder, 'opt')}"\n`,
  );
  const daemon = spawn(
    findPeer('containerd') ?? 'containerd',
    ['--config', config, '--root', join(folder, 'root'), '--state', join(folder, 'state'), '--address', address],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  daemon.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const ended = new Promise<void>((resolve) => daemon.on('close', () => resolve()));
  const containerd: Containerd = {
    address,
    async [Symbol.asyncDispose]() {
      daemon.kill('SIGTERM');
      await ended;
    },
  };
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (daemon.exitCode !== null) throw new Error(`containerd ended:\n${said}`);
    if ((await run('ctr', ['-a', address, 'version'])).code === 0) return containerd;
    await sleep(200);
  }
  await containerd[Symbol.asyncDispose]();
  throw new Error(`containerd did not answer within 30 s:\n${said}`);
}
