import { mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay } from '#testkit/assay.ts';
import { buildLayer, layoutFiles, writeDockerArchive, writeOciArchive } from '#testkit/images.ts';
import { run } from '#testkit/peers.ts';
import { attach, pushImage } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { createTestTls, trustAuthority, writeTestTls } from '#testkit/tls.ts';
import type { InteropClient, Place } from './client.ts';

export type Transport = 'http' | 'https';

export interface InteropWorld extends AsyncDisposable {
  readonly host: string;
  /** A user and a folder for this client. */
  placeFor(client: InteropClient): Promise<Place>;
  /** The digest of what a tag names, as the administrator sees it. */
  digestOf(repository: string, tag: string): Promise<string | undefined>;
  referrersOf(repository: string, digest: string): Promise<readonly string[]>;
  /** Puts an image there, for a client that signs what others pushed. */
  prepare(repository: string): Promise<void>;
}

/** The type of the document that refers to the image in `staging/source`. */
export const NOTE = 'application/vnd.example.note';
export const TAG = '1.0.0';
export const REASON = 'nobody looks after it any more';

/**
 * The product with `staging/source` (an image to which a note refers) and `golden/retired` (retired). Over TLS it listens where no
 * client makes the exception for loopback that it would make for plain HTTP.
 */
export async function openInteropWorld(transport: Transport): Promise<InteropWorld> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder()).path;
  const address = transport === 'https' ? outerAddress() : '127.0.0.1';
  const tls = transport === 'https' ? await createTestTls(address) : undefined;
  // Some clients take every file of the authority's folder for theirs.
  mkdirSync(join(folder, 'authority'));
  const files = tls && { ...writeTestTls(folder, tls), ca: join(folder, 'authority/ca.crt') };
  if (files) {
    writeFileSync(files.ca, tls.ca);
    trustAuthority(tls.ca);
  }
  const env = { ASSAY_WEB_PROCESSES: '1', ASSAY_LOG_LEVEL: 'warn' };
  const assay = stack.use(await startAssay({ address, env, ...(files && { tls: files }) }));
  const { host, url, admin } = assay;
  const authorization = `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString('base64')}`;
  const image = writeImage(folder);

  const target = (repository: string) => ({ url, person: admin, repository });
  await pushImage(target('staging/source'), image.built, TAG);
  await attach(target('staging/source'), image.built.manifest, { artifactType: NOTE, content: '{}' });
  await retireOne();
  const opened = stack.move();
  return {
    host,
    async placeFor({ id }) {
      const person = { name: id, password: `the password of ${id}` };
      const grants = [
        { namespace: 'staging', role: 'publisher' },
        { namespace: 'golden', role: 'reader' },
      ];
      await assay.api.send('POST', '/users', { kind: 'user', ...person, grants });
      const own = join(folder, id);
      mkdirSync(join(own, 'home'), { recursive: true });
      const env = environmentOf(own, files?.ca);
      return {
        ...{ host, person, image, folder: own, ca: files?.ca },
        run: (program, args, input = '') => run(program, args, { cwd: own, env, input }),
      };
    },
    async digestOf(repository, tag) {
      const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
        method: 'HEAD',
        headers: { authorization, accept: Object.values(mediaTypes).join(', ') },
      });
      return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
    },
    async referrersOf(repository, digest) {
      const answer = await fetch(`${url}/v2/${repository}/referrers/${digest}`, { headers: { authorization } });
      const { manifests } = (await answer.json()) as { manifests: { artifactType: string }[] };
      return manifests.map(({ artifactType }) => artifactType);
    },
    prepare: (repository) => pushImage(target(repository), image.built, TAG),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  async function retireOne(): Promise<void> {
    await pushImage(target('staging/retired'), alpineImage({ about: 'retired' }), TAG);
    const { status, digest } = await assay.api.waitForIntake(`staging/retired:${TAG}`);
    if (status !== 'cataloged') throw new Error(`staging/retired is ${status}`);
    await assay.api.send('POST', `/images/${digest}/retire`, { repository: 'golden/retired', reason: REASON });
  }
}

/** An address of this machine that is not loopback, where it has one. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

function writeImage(folder: string) {
  const built = alpineImage({ about: 'interop' });
  const layout = join(folder, 'layout');
  const annotations = { 'org.opencontainers.image.ref.name': TAG };
  const { mediaType, digest, bytes } = built.manifest;
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length, annotations }] };
  const layoutContent = { ...layoutFiles([built]), 'index.json': JSON.stringify(index) };
  for (const [path, content] of Object.entries(layoutContent)) {
    mkdirSync(dirname(join(layout, path)), { recursive: true });
    writeFileSync(join(layout, path), content);
  }
  const paths = {
    layout,
    ociArchive: join(folder, 'image.oci.tar'),
    dockerArchive: join(folder, 'image.docker.tar'),
    files: join(folder, 'files.tar'),
  };
  writeFileSync(paths.ociArchive, writeOciArchive([built]));
  writeFileSync(paths.dockerArchive, writeDockerArchive([built]));
  writeFileSync(paths.files, buildLayer({ 'etc/os-release': 'ID=alpine\nVERSION_ID=3.22.1\n' }, 'none').bytes);
  return { ...paths, built };
}

/** Every place where a client looks for what belongs to its user. */
function environmentOf(folder: string, ca: string | undefined): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    DOCKER_CONFIG: join(home, 'docker'),
    REGISTRY_AUTH_FILE: join(home, 'auth.json'),
    COSIGN_PASSWORD: '',
    NO_COLOR: '1',
    ...(ca && { SSL_CERT_FILE: ca }),
  };
}
