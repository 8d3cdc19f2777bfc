import { listSourceDates } from '#features/advisories/index.ts';
import { findEntry } from '#features/catalog/index.ts';
import type { Evidence, SignatureEvidence } from '#features/gates/index.ts';
import { findEndOfLifeSource, imageWindow, loadProducts, newestLifecycleDate } from '#features/lifecycle/index.ts';
import { type BlobDeps, findManifest, listReferrers, readBlob } from '#features/registry/index.ts';
import { findTrustedPublishers, verifyPublishers } from '#features/signing/index.ts';
import { parseManifest } from '#formats/oci/manifest.ts';
import type { Digest } from '#kernel/digest.ts';
import { messageOf } from '#kernel/errors.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import type { SupportWindow } from '#model/lifecycle.ts';
import { catalogRepository, intakeRepository, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import type { ScannedImage } from './scanned-image.ts';

const MAX_SIGNATURES = 100;
const ENVELOPE_BYTES = 1024 * 1024;

/** Where an image is judged and where it goes, whichever of the two is given. */
export function placesOf(repository: string): { readonly intake: string; readonly catalog: string } {
  const isCatalog = kindOfNamespace(namespaceOf(repository)) === 'catalog';
  return isCatalog
    ? { intake: intakeRepository(repository), catalog: repository }
    : { intake: repository, catalog: catalogRepository(repository) };
}

/**
 * The support window: distribution and main runtimes, the publisher's lifecycle artifact (as it came in, never our own), the
 * owner's policy. The earliest end counts.
 */
export async function windowOf(db: Database, repository: string, image: ScannedImage): Promise<SupportWindow> {
  const { intake, catalog } = placesOf(repository);
  const artifacts = await listReferrers(db, intake, image.digest as Digest, { artifactType: artifactTypes.lifecycle });
  return imageWindow({
    products: await loadProducts(db),
    platforms: image.platforms.map(({ distribution, packages, env }) => ({
      distribution,
      packages: packages.map((item) => item.package),
      env,
    })),
    lifecycleDate: newestLifecycleDate(artifacts.referrers),
    ownerDate: (await findEntry(db, catalog))?.support.endOfLife,
  });
}

async function verifySignatures(
  deps: BlobDeps,
  repository: string,
  image: ScannedImage,
  now: Date,
): Promise<SignatureEvidence[]> {
  const publishers = await findTrustedPublishers(deps.db);
  const { referrers } = await listReferrers(deps.db, repository, image.digest as Digest, {
    artifactType: artifactTypes.notarySignature,
    limit: MAX_SIGNATURES,
  });
  const evidence: SignatureEvidence[] = [];
  for (const referrer of referrers) {
    try {
      const stored = await findManifest(deps.db, repository, referrer.digest);
      const manifest = stored && parseManifest(stored.bytes, stored.mediaType);
      const layer = manifest && manifest.kind !== 'index' ? manifest.layers[0] : undefined;
      if (!stored || !layer) continue;
      const envelope = await readBlob(deps, layer.digest, ENVELOPE_BYTES);
      const subject = { mediaType: image.mediaType, digest: image.digest as Digest, size: image.sizeBytes };
      const checked = verifyPublishers(publishers, { repository, subject, manifest: stored.bytes, envelope }, now);
      const good = checked.find(({ verification }) => verification.valid);
      const failed = checked[0]?.verification.checks.find((check) => check.outcome === 'failed');
      const reason = failed?.detail ?? 'no publisher is trusted for this repository';
      evidence.push({
        valid: good !== undefined,
        signedBy: good?.verification.signedBy ?? checked[0]?.verification.signedBy ?? 'an unknown publisher',
        reason: good ? '' : reason,
      });
    } catch (error) {
      evidence.push({ valid: false, signedBy: 'an unknown publisher', reason: messageOf(error) });
    }
  }
  return evidence;
}

async function dataDatesOf(db: Database): Promise<Record<string, string>> {
  const sources = await listSourceDates(db);
  const products = await findEndOfLifeSource(db);
  return Object.fromEntries([
    ...sources.map(({ source, date }) => [source, date]),
    ...(products?.refreshedAt ? [['end-of-life', products.refreshedAt.toISOString()]] : []),
  ]);
}

/** Everything that the gate's rules look at. */
export async function gatherEvidence(
  deps: BlobDeps & { readonly now: Date },
  repository: string,
  image: ScannedImage,
): Promise<Evidence> {
  const { db, now } = deps;
  const { intake, catalog } = placesOf(repository);
  return {
    digest: image.digest,
    kind: image.kind,
    repositories: [intake, catalog],
    annotations: image.annotations,
    platforms: image.platforms.map((platform) => ({
      digest: platform.digest,
      platform: platform.platform,
      distribution: platform.distribution,
      covered: platform.covered,
      packages: platform.packages.length,
      findings: platform.packages.flatMap(({ package: item, matches }) =>
        matches.map((match) => ({ ...match, packageName: item.name, packageVersion: item.version })),
      ),
      malware: platform.malware,
      problems: platform.problems,
      labels: platform.labels,
    })),
    problems: image.problems,
    window: await windowOf(db, repository, image),
    signatures: await verifySignatures(deps, intake, image, now),
    dataDates: await dataDatesOf(db),
    now,
  };
}
