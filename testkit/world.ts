import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findIntakeByReference, getIntake } from '#features/gates/index.ts';
import { startMalwareScanner } from '#features/malware/index.ts';
import { putBlobBytes, putManifest } from '#features/registry/index.ts';
import { openSigningKey } from '#features/signing/index.ts';
import { type BuiltImage, buildImage, buildIndex, buildLayer, type TarContent } from '#formats/layers/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { admitImage } from '#workflows/admit-image.ts';
import { followChanges } from '#workflows/follow-changes.ts';
import { receivePush } from '#workflows/receive-push.ts';
import { refreshAdvisories } from '#workflows/refresh-advisories.ts';
import { reportImage } from '#workflows/report-image.ts';
import { migrations } from '../src/main/migrations.ts';
import { testDatabase } from './database.ts';
import { temporaryFolder } from './temporary.ts';

export type World = Awaited<ReturnType<typeof openWorld>>;

export interface WorldImage {
  readonly repository: string;
  readonly tag: string;
  readonly files?: Readonly<Record<string, TarContent>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly platforms?: readonly string[];
}

const noStep = async (): Promise<void> => undefined;

/** Every workflow over a real database and real bytes in one process; jobs are collected, and run when a test says so. */
export async function openWorld(options: { readonly now?: string } = {}) {
  const { path: folder } = await temporaryFolder();
  const db = await testDatabase(migrations);
  let now = new Date(options.now ?? '2026-11-23T12:00:00Z');
  const clock = { now: () => now };
  const jobs: JobRequest[] = [];
  const queue = {
    send: async (_: unknown, job: JobRequest) => {
      const known = job.key !== undefined && jobs.some((each) => each.key === job.key);
      if (!known) jobs.push(job);
      return 'job';
    },
  };
  const blobs = await diskBlobs(join(folder, 'blobs'));
  const malware = await startMalwareScanner({ isolation: 'none' });
  const key = await openSigningKey({ clock, db, masterKey: Buffer.alloc(32, 7), keyFile: null, chainFile: null });
  const http = createHttpClient({ allowPrivate: true });
  const work = {
    db,
    blobs,
    clock,
    queue,
    malware,
    key,
    maxLayerBytes: 1e9,
    reportValidDays: 7,
    deprecateDays: 90,
    retireGraceDays: 0,
  };
  const advisories = join(folder, 'advisories');
  mkdirSync(advisories);

  async function runJob(job: JobRequest): Promise<void> {
    const input = job.input as { intakeId: string; digest: Digest };
    if (job.name === 'admit-image') await admitImage(work, input.intakeId, noStep);
    else if (job.name === 'report-image') await reportImage(work, input.digest, noStep);
    else if (job.name === 'follow-changes') await followChanges(work, AbortSignal.timeout(60_000));
  }

  return {
    work,
    db,
    jobs,
    setTime: (to: string) => {
      now = new Date(to);
    },
    /** Stores an image as a push does and returns its digest and its intake's id. */
    async push(image: WorldImage): Promise<{ digest: Digest; id: string }> {
      const { repository, tag, platforms = ['amd64'] } = image;
      now = new Date(now.getTime() + 1000);
      const layer = buildLayer(image.files ?? {});
      const images: BuiltImage[] = platforms.map((architecture) =>
        buildImage({
          layers: [layer],
          platform: { os: 'linux', architecture },
          labels: image.labels ?? {},
          env: image.env ?? [],
        }),
      );
      const [only] = images;
      const top = only && images.length === 1 ? only.manifest : buildIndex(images);
      for (const blob of [layer, ...images.map((each) => each.config)])
        await putBlobBytes(work, repository, blob.bytes, blob.digest);
      await db.transaction().execute(async (trx) => {
        for (const { manifest } of images)
          await putManifest(trx, { repository, bytes: manifest.bytes, mediaType: manifest.mediaType });
        await putManifest(trx, { repository, bytes: top.bytes, mediaType: top.mediaType, tags: [tag] });
        await receivePush(work, trx, {
          repository,
          tags: [tag],
          digest: top.digest,
          kind: images.length === 1 ? 'image' : 'index',
          actor: 'ada',
        });
      });
      const intake = await findIntakeByReference(db, repository, tag);
      return { digest: top.digest, id: intake?.id ?? '' };
    },
    /** Runs what is queued, and what that queues, until nothing is left. Returns the names of what ran. */
    async settle(): Promise<string[]> {
      const ran: string[] = [];
      for (let job = jobs.shift(); job; job = jobs.shift()) {
        ran.push(`${job.name} ${job.subject ?? ''}`.trim());
        await runJob(job);
      }
      return ran;
    },
    intake: (id: string) => getIntake(db, id),
    /** Writes OSV records and brings them in, with what follows queued. */
    async advise(ecosystem: string, records: readonly { readonly id: string }[]): Promise<string> {
      mkdirSync(join(advisories, ecosystem), { recursive: true });
      for (const record of records)
        writeFileSync(join(advisories, ecosystem, `${record.id}.json`), JSON.stringify(record));
      const sources = [{ id: 'test', location: advisories }];
      const deps = { ...work, http, importer: { http }, sources, knownExploited: null };
      return refreshAdvisories(deps, AbortSignal.timeout(30_000), noStep);
    },
    async close(): Promise<void> {
      await malware[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

export function osvRecord(
  id: string,
  name: string,
  fixed: string | null,
  options: { cvss?: string; modified?: string; ecosystem?: string } = {},
) {
  const {
    cvss = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    modified = '2026-01-01T00:00:00Z',
    ecosystem = 'npm',
  } = options;
  const events = [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed }])];
  return {
    schema_version: '1.7.0',
    id,
    modified,
    published: modified,
    aliases: [],
    summary: `About ${name}`,
    severity: [{ type: 'CVSS_V3', score: cvss }],
    affected: [{ package: { ecosystem, name }, ranges: [{ type: 'SEMVER', events }] }],
  };
}

export function npmModule(name: string, version: string): Record<string, string> {
  return { [`srv/node_modules/${name}/package.json`]: JSON.stringify({ name, version }) };
}
