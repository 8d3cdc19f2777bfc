import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findIntakeByReference, putPolicy } from '#features/gates/index.ts';
import { putBlobBytes, putManifest } from '#features/registry/index.ts';
import { buildImage, buildIndex, buildLayer } from '#formats/layers/index.ts';
import { sleep } from '#kernel/async.ts';
import { DAY_MS } from '#kernel/clock.ts';
import type { IntakeStatus } from '#model/api-intake.ts';
import type { AdmitWork } from './admit-image.ts';
import { approveIntake } from './decide-intake.ts';
import { receivePush } from './receive-push.ts';
import { type ReviewWork, reviewLifecycle } from './review-lifecycle.ts';
import { sampleAdvisories, sampleKnownExploited } from './samples/sample-advisories.ts';
import { type SampleImage, sampleImages, vendorPolicy } from './samples/sample-images.ts';
import { sampleProducts } from './samples/sample-products.ts';
import type { Step } from './work.ts';

export const SAMPLES_ACTOR = 'samples';

export interface SampleFolder {
  readonly advisories: string;
  readonly knownExploited: string;
  readonly endOfLife: string;
}

export function sampleFolder(dataFolder: string): SampleFolder {
  const folder = join(dataFolder, 'samples');
  return {
    advisories: join(folder, 'advisories'),
    knownExploited: join(folder, 'known-exploited.json'),
    endOfLife: join(folder, 'products.json'),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Writes the facts that go with the samples, once; their dates count from then. */
export async function writeSampleData(folder: SampleFolder, now: Date): Promise<void> {
  if (await exists(folder.endOfLife)) return;
  for (const [ecosystem, records] of sampleAdvisories()) {
    await mkdir(join(folder.advisories, ecosystem), { recursive: true });
    for (const record of records) {
      const { id } = record as { id: string };
      await writeFile(join(folder.advisories, ecosystem, `${id}.json`), JSON.stringify(record));
    }
  }
  await writeFile(folder.knownExploited, JSON.stringify(sampleKnownExploited));
  await writeFile(folder.endOfLife, JSON.stringify(sampleProducts(now)));
}

/** Stores one sample as a push would: blobs, manifests, tag, and the job that judges it. */
async function pushSample(work: AdmitWork, sample: SampleImage, created: string): Promise<void> {
  const { repository, tag } = sample;
  const layers = sample.layers.map((files) => buildLayer(files));
  const images = sample.platforms.map((architecture) =>
    buildImage({ layers, platform: { os: 'linux', architecture }, labels: sample.labels, env: sample.env, created }),
  );
  const [only] = images;
  const top = images.length === 1 && only ? only.manifest : buildIndex(images);
  for (const blob of [...layers, ...images.map((image) => image.config)])
    await putBlobBytes(work, repository, blob.bytes, blob.digest);
  await work.db.transaction().execute(async (trx) => {
    for (const { manifest } of images)
      await putManifest(trx, {
        repository,
        bytes: manifest.bytes,
        mediaType: manifest.mediaType,
        pushedBy: SAMPLES_ACTOR,
      });
    await putManifest(trx, {
      repository,
      bytes: top.bytes,
      mediaType: top.mediaType,
      tags: [tag],
      pushedBy: SAMPLES_ACTOR,
    });
    const kind = images.length === 1 ? 'image' : 'index';
    await receivePush(work, trx, { repository, tags: [tag], digest: top.digest, kind, actor: SAMPLES_ACTOR });
  });
}

const PATIENCE_MS = 120_000;

async function waitFor(
  work: AdmitWork,
  sample: SampleImage,
  signal: AbortSignal,
): Promise<{ id: string; status: IntakeStatus }> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const intake = await findIntakeByReference(work.db, sample.repository, sample.tag);
    if (intake && intake.status !== 'queued' && intake.status !== 'running') return intake;
    if (Date.now() > end || !intake) return intake ?? { id: '', status: 'failed' };
    await sleep(100, signal);
  }
}

/**
 * The first start takes in a few small images through the same pipeline that pushes go through, a curator's acceptance and the
 * review included. May run again: what is there already is not pushed twice.
 */
export async function loadSamples(work: AdmitWork & ReviewWork, signal: AbortSignal, step: Step): Promise<string> {
  const now = work.clock.now();
  await putPolicy(work.db, { namespace: vendorPolicy.prefix, rules: vendorPolicy.rules, by: SAMPLES_ACTOR, at: now });
  for (const [index, sample] of sampleImages.entries()) {
    await step(`pushing ${sample.repository}:${sample.tag}`);
    if (await findIntakeByReference(work.db, sample.repository, sample.tag)) continue;
    const created = new Date(now.getTime() - (sampleImages.length - index) * DAY_MS).toISOString();
    await pushSample(work, sample, created);
  }
  for (const sample of sampleImages) {
    await step(`waiting for the verdict on ${sample.repository}:${sample.tag}`);
    const intake = await waitFor(work, sample, signal);
    if (!sample.acceptBecause || intake.status !== 'rejected') continue;
    await approveIntake(work, intake.id, { reason: sample.acceptBecause, scope: 'image', by: SAMPLES_ACTOR });
  }
  await reviewLifecycle(work, signal, step);
  return `${sampleImages.length} samples taken in`;
}
