import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startAssay } from '#testkit/assay.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { type RegistryServer, startProgram } from './registry-server.ts';

/** The product as people run it: all its processes, an empty data folder, no feeds. */
export async function startOurs(): Promise<RegistryServer> {
  const assay = await startAssay({
    command: [join(import.meta.dirname, '../../bin/assay'), 'serve'],
    env: { ASSAY_LOG_LEVEL: 'error' },
  });
  const { name, password } = assay.admin;
  const basic = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  return {
    name: 'Assay',
    url: assay.url,
    intake: 'staging/',
    catalog: 'golden/',
    authorize: async (repositories) => {
      const query = new URLSearchParams({ service: assay.host });
      for (const repository of repositories) query.append('scope', `repository:${repository}:pull,push`);
      const answer = await fetch(`${assay.url}/auth/token?${query}`, { headers: { authorization: basic } });
      const { token } = (await answer.json()) as { token: string };
      return `Bearer ${token}`;
    },
    published: async (repository, tag) => {
      const intake = await assay.api.waitForIntake(`staging/${repository}:${tag}`);
      if (intake.status === 'cataloged') return;
      throw new Error(`the image of the benchmark was not cataloged: ${intake.status}, ${intake.summary}`);
    },
    rested: () => assay.api.waitForIdle(),
    [Symbol.asyncDispose]: () => assay[Symbol.asyncDispose](),
  };
}

/** The CNCF's registry with its file system driver. */
export async function startDistribution(program: string): Promise<RegistryServer> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const settings = join(folder.path, 'settings.yml');
  await writeFile(
    settings,
    [
      'version: 0.1',
      'log: { level: error, accesslog: { disabled: true } }',
      `storage: { filesystem: { rootdirectory: ${folder.path}/content }, delete: { enabled: true } }`,
      `http: { addr: 127.0.0.1:${port} }`,
    ].join('\n'),
  );
  return openToAll('distribution', [program, 'serve', settings], port, folder);
}

/** zot with its defaults, as small as its configuration can be. */
export async function startZot(program: string): Promise<RegistryServer> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const settings = join(folder.path, 'settings.json');
  await writeFile(
    settings,
    JSON.stringify({
      distSpecVersion: '1.1.1',
      storage: { rootDirectory: join(folder.path, 'content') },
      http: { address: '127.0.0.1', port: String(port) },
      log: { level: 'error' },
    }),
  );
  return openToAll('zot', [program, 'serve', settings], port, folder);
}

async function openToAll(
  name: string,
  command: readonly [string, ...string[]],
  port: number,
  folder: AsyncDisposable,
): Promise<RegistryServer> {
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(command, url);
  return {
    name,
    url,
    intake: '',
    catalog: '',
    authorize: async () => undefined,
    published: async () => undefined,
    rested: async () => undefined,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
