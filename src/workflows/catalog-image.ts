import { createEntry } from '#features/catalog/index.ts';
import { findWindow, setState } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import {
  attachArtifact,
  childrenOf,
  findManifest,
  getManifestByDigest,
  linkImage,
  listReferrers,
  type ManifestFacts,
  moveTag,
  readBlob,
  readRulesFor,
  refuseMoves,
} from '#features/registry/index.ts';
import { type SignedManifest, signManifest } from '#features/signing/index.ts';
import { parseImageConfig } from '#formats/oci/image-config.ts';
import { isAttestation, parseManifest } from '#formats/oci/manifest.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { artifactTypes, reservedArtifactTypes } from '#model/artifact-types.ts';
import { catalogRepository } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { projectEntry } from './project-entry.ts';
import { reportJob, type SignWork } from './work.ts';

export interface Approval {
  /** In the intake namespace. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  readonly actor: string;
  /** A clause that follows "because". */
  readonly reason: string;
  readonly policyVersion: number;
  /** When the approval lapses; null when nothing ends it. */
  readonly expiresAt: Date | null;
}

const CONFIG_BYTES = 8 * 1024 * 1024;
const REPORT_BYTES = 64 * 1024 * 1024;

/**
 * With an image travel its publisher's signatures, SBOM, provenance and VEX. Reports, approvals and lifecycle metadata are
 * Assay's alone: what somebody attached of these stays behind, and so does a bill of materials that says what is vulnerable.
 */
async function referrersToCarry(
  deps: SignWork,
  repository: string,
  digests: readonly Digest[],
): Promise<(referrer: ManifestFacts) => boolean> {
  const planted = new Set<string>();
  for (const digest of digests) {
    const { referrers } = await listReferrers(deps.db, repository, digest, { artifactType: artifactTypes.cyclonedx });
    for (const referrer of referrers)
      if (await saysVulnerabilities(deps, repository, referrer.digest)) planted.add(referrer.digest);
  }
  return (referrer) => !reservedArtifactTypes.includes(referrer.artifactType ?? '') && !planted.has(referrer.digest);
}

async function saysVulnerabilities(deps: SignWork, repository: string, digest: Digest): Promise<boolean> {
  const stored = await findManifest(deps.db, repository, digest);
  const manifest = stored && parseManifest(stored.bytes, stored.mediaType);
  const layer = manifest && manifest.kind !== 'index' ? manifest.layers[0] : undefined;
  if (!layer) return false;
  try {
    const text = Buffer.from(await readBlob(deps, layer.digest, REPORT_BYTES)).toString('utf8');
    return /"vulnerabilities"\s*:\s*\[/.test(text);
  } catch {
    return true; // what cannot be read is not carried
  }
}

/** The image and the platform images below it. */
export async function imageTree({ db }: Pick<SignWork, 'db'>, digest: Digest): Promise<Digest[]> {
  const top = await getManifestByDigest(db, digest);
  if (top.kind !== 'index') return [digest];
  const index = parseManifest(top.bytes, top.mediaType);
  const attestations = new Set(
    index.kind === 'index' ? index.manifests.filter(isAttestation).map((child) => child.digest) : [],
  );
  const children = await childrenOf(db, digest);
  return [digest, ...children.filter((child) => !attestations.has(child))];
}

/** An approval lapses with the support of what it approves; what has no known end, or is past it, has none. */
export async function approvalEnd(db: Database, digest: string, now: Date): Promise<Date | null> {
  const { endOfLife } = await findWindow(db, digest);
  const end = endOfLife === null ? null : new Date(`${endOfLife}T00:00:00Z`);
  return end && end > now ? end : null;
}

async function signApprovals(
  work: SignWork,
  approval: Approval,
  digests: readonly Digest[],
): Promise<SignedManifest[]> {
  const signed: SignedManifest[] = [];
  for (const digest of digests) {
    const { mediaType, sizeBytes } = await getManifestByDigest(work.db, digest);
    signed.push(
      await signManifest(work, {
        target: { mediaType, digest, size: sizeBytes },
        ...(approval.expiresAt && { expiresAt: approval.expiresAt }),
        annotations: {
          'dev.assay.approved-by': approval.actor,
          'dev.assay.policy-version': String(approval.policyVersion),
          'dev.assay.repository': catalogRepository(approval.repository),
        },
      }),
    );
  }
  return signed;
}

/** What the image says of itself: it begins the entry, and the owner changes it later. */
async function labelsOf(work: SignWork, digest: Digest): Promise<Readonly<Record<string, string>>> {
  for (const each of await imageTree(work, digest)) {
    const stored = await getManifestByDigest(work.db, each).catch(() => undefined);
    const manifest = stored && parseManifest(stored.bytes, stored.mediaType);
    if (!manifest || manifest.kind === 'index') continue;
    const config = parseImageConfig(await readBlob(work, manifest.config.digest, CONFIG_BYTES));
    return { ...config.config?.Labels, ...manifest.annotations };
  }
  return {};
}

function firstOf(labels: Readonly<Record<string, string>>, ...names: readonly string[]): string | undefined {
  return names.map((name) => labels[name]?.trim()).find((value) => value);
}

/** A tag that is immutable in the catalog was made so after the push: its image stays. */
async function moveCatalogTag(trx: Database, repository: string, tag: string, digest: Digest): Promise<void> {
  const refusal = await refuseMoves(trx, await readRulesFor(trx, repository), { repository, tags: [tag], digest });
  if (refusal) throw new AppError('conflict', refusal);
  await moveTag(trx, repository, tag, digest);
}

/**
 * `staging/P:T` becomes `golden/P:T`: the same digests, no bytes copied, referrers carried along, index and platform
 * manifests signed as approved. A moved tag moves here; the digest that it named before stays.
 */
export async function catalogImage(work: SignWork, approval: Approval): Promise<void> {
  const { db, clock } = work;
  const { repository, tag, digest, actor } = approval;
  const target = catalogRepository(repository);
  const tree = await imageTree(work, digest);
  const present: Digest[] = [];
  for (const each of tree) if (await findManifest(db, repository, each)) present.push(each);
  if (!present.includes(digest))
    throw new AppError('not-found', `cannot catalog ${repository}@${digest}: it is not there any more`);
  const [carries, signatures, labels] = await Promise.all([
    referrersToCarry(work, repository, present),
    signApprovals(work, approval, present),
    labelsOf(work, digest),
  ]);
  const at = clock.now();
  await db.transaction().execute(async (trx) => {
    await linkImage(trx, { from: repository, to: target, digest }, carries);
    for (const { manifest, blobs } of signatures) {
      const artifact = { manifest: manifest.bytes, mediaType: manifest.mediaType, blobs, pushedBy: 'assay' };
      await attachArtifact({ ...work, db: trx }, target, artifact);
    }
    await moveCatalogTag(trx, target, tag, digest);
    const { reason } = approval;
    await setState(trx, { repository, digest, state: 'approved', reason, actor, at });
    await setState(trx, { repository: target, digest, state: 'approved', reason, actor, at });
    await createEntry(trx, {
      repository: target,
      description:
        firstOf(labels, 'org.opencontainers.image.description', 'org.opencontainers.image.title', 'description') ?? '',
      owner:
        firstOf(
          labels,
          'dev.assay.owner',
          'org.opencontainers.image.vendor',
          'org.opencontainers.image.authors',
          'maintainer',
        ) ?? null,
      categories: (firstOf(labels, 'dev.assay.category') ?? '')
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
      at,
    });
    await projectEntry(trx, target, at);
    await work.queue.send(trx, reportJob(digest));
    const message = `${target}:${tag} is a golden image`;
    await publish(trx, { type: 'image.cataloged', at, repository: target, digest, actor, message, data: { tag } });
  });
}
