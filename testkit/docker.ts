import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPeer, type Outcome, run } from './peers.ts';

export interface Docker extends AsyncDisposable {
  run(args: readonly string[], options?: { input?: string }): Promise<Outcome>;
}

/** A real docker daemon of its own, with no network and no storage driver of the kernel's. Needs root. */
export async function startDocker(env: NodeJS.ProcessEnv = {}): Promise<Docker> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-docker-'));
  const socket = `unix://${folder}/docker.sock`;
  const daemon = spawn(
    findPeer('dockerd') ?? 'dockerd',
    [
      ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs'],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['-H', socket, '--pidfile', join(folder, 'docker.pid')],
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  daemon.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const ended = new Promise<void>((resolve) => daemon.on('close', () => resolve()));
  const environment = { DOCKER_CONFIG: join(folder, 'config') };
  const docker: Docker = {
    run: (args, options) => run('docker', ['-H', socket, ...args], { ...options, env: environment }),
    async [Symbol.asyncDispose]() {
      daemon.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended:\n${said}`);
    if ((await docker.run(['version'])).code === 0) return docker;
    await sleep(200);
  }
  await docker[Symbol.asyncDispose]();
  throw new Error(`dockerd did not answer within 30 s:\n${said}`);
}
