import { findImageFacts } from '#features/catalog/index.ts';
import { latestVerdict } from '#features/gates/index.ts';
import { findInventoryHead, type InventoryHead } from '#features/inventory/index.ts';
import { findWindow } from '#features/lifecycle/index.ts';
import { imageSize, parentsOf } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { ImageDetail } from '#model/api-images.ts';
import type { MalwareFinding } from '#model/malware.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Verdict } from '#model/verdict.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { listSchedules } from '#platform/queue/schedules.ts';
import type { DecisionInput } from '#workflows/decision-jobs.ts';
import { choosePlatforms, type PlatformImage, platformImages } from './image-platforms.ts';
import { findApprover, type SignatureDeps } from './own-signatures.ts';
import { reportRows } from './report-rows.ts';
import { repositoryStates } from './repository-states.ts';
import { judgedIn, type VisibleImage } from './visible-image.ts';

export interface ImageDeps extends SignatureDeps {
  readonly queue: OpenQueue;
  /** Carries a person's decision out, and throws what it was refused with. */
  decide(decision: DecisionInput): Promise<void>;
}

interface ReadPlatform extends PlatformImage {
  readonly inventory: InventoryHead | undefined;
}

const SCAN_SCHEDULE = 'scan-images';

/** The newest verdict, the catalog's before others; a platform image is judged with the index that lists it. */
async function verdictOf({ db }: ImageDeps, { digest, repositories }: VisibleImage): Promise<Verdict | null> {
  const parents = await Promise.all(repositories.map((repository) => parentsOf(db, repository, digest)));
  for (const each of new Set<Digest>([digest, ...parents.flat()])) {
    for (const repository of judgedIn(repositories)) {
      const verdict = await latestVerdict(db, each, repository);
      if (verdict) return verdict;
    }
  }
  return null;
}

async function malwareIn({ db }: ImageDeps, platforms: readonly ReadPlatform[]): Promise<MalwareFinding[]> {
  const found: MalwareFinding[] = [];
  for (const { digest } of platforms) {
    found.push(...((await findImageFacts(db, digest))?.malware ?? []));
  }
  return distinct(found);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

async function nextScan({ queue, db, clock }: ImageDeps): Promise<string | null> {
  const schedules = await listSchedules({ queue, db }, clock.now());
  return schedules.find(({ name }) => name === SCAN_SCHEDULE)?.nextAt ?? null;
}

async function platformRow({ db }: ImageDeps, { digest, platform }: PlatformImage) {
  return { digest, platform, sizeBytes: await imageSize(db, digest) };
}

function ofPlatforms(platforms: readonly ReadPlatform[]) {
  const [first] = platforms;
  const distribution = platforms.find(({ inventory }) => inventory?.distribution)?.inventory?.distribution;
  return {
    createdAt: first?.config?.created ?? null,
    labels: first?.config?.config?.Labels ?? {},
    distribution: distribution
      ? { id: distribution.id, versionId: distribution.versionId, name: distribution.name }
      : null,
    problems: distinct(platforms.flatMap(({ inventory }) => inventory?.problems ?? [])),
  };
}

/** Everything about one image; of one platform of it when `wanted` names one. */
export async function imageDetail(
  deps: ImageDeps,
  image: VisibleImage,
  wanted: string | undefined,
): Promise<ImageDetail> {
  const { db } = deps;
  const { digest, manifest, repositories } = image;
  const all = await platformImages(deps, manifest);
  const chosen = await Promise.all(
    choosePlatforms(all, wanted).map(async (each) => ({
      ...each,
      inventory: await findInventoryHead(db, each.digest),
    })),
  );
  const about = (wanted && chosen[0]?.digest) || digest;
  const catalog = repositories.filter((name) => kindOfNamespace(namespaceOf(name)) === 'catalog');
  const [own, facts, sizeBytes, platforms, states, verdict, window, malware, reports, nextScanAt, trust, approvedBy] =
    await Promise.all([
      findImageFacts(db, digest),
      findImageFacts(db, about),
      imageSize(db, about),
      Promise.all(all.map((each) => platformRow(deps, each))),
      repositoryStates(deps, repositories, digest),
      verdictOf(deps, image),
      findWindow(db, digest),
      malwareIn(deps, chosen),
      reportRows(deps, about),
      nextScan(deps),
      deps.trust(),
      findApprover(deps, catalog, digest),
    ]);
  const isOne = manifest.kind !== 'index' || wanted !== undefined;
  return {
    digest,
    kind: manifest.kind === 'index' ? 'index' : 'image',
    mediaType: manifest.mediaType,
    sizeBytes,
    ...ofPlatforms(chosen),
    platforms,
    platform: isOne ? (chosen[0]?.platform ?? null) : null,
    repositories: states,
    verdict,
    posture: facts?.posture ?? null,
    window,
    malware,
    reports,
    scannedAt: facts?.scannedAt?.toISOString() ?? null,
    nextScanAt,
    origin: own?.origin ? { ...own.origin } : null,
    signing: { developmentKey: trust.developmentKey, approvedBy },
  };
}
