import {
  type BlobDeps,
  findManifest,
  getManifestByDigest,
  listReferrers,
  readBlob,
  type StoredManifest,
} from '#features/registry/index.ts';
import {
  type AnnouncedTrust,
  type Trust,
  trustAuthority,
  type Verification,
  verifySignature,
} from '#features/signing/index.ts';
import { parseCertificates } from '#formats/crypto/certificate.ts';
import { parseManifest } from '#formats/oci/manifest.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { artifactTypes } from '#model/artifact-types.ts';

const ENVELOPE_BYTES = 1024 * 1024;
const MAX_SIGNATURES = 50;

export interface SignatureDeps extends BlobDeps {
  readonly clock: Clock;
  /** What verifiers need to trust our own key; only processes that run jobs hold the key itself. */
  trust(): Promise<AnnouncedTrust>;
  readonly registryHost: string;
}

/** Trust in the authority of this installation's own key, as a verifier outside would have it. */
export function ownTrust({ roots, identities }: AnnouncedTrust): Trust {
  const certificates = parseCertificates(Buffer.from(roots.join('\n')));
  return trustAuthority({ name: 'assay', certificates, identities, scopes: ['*'] });
}

/** Looks at a stored signature again; undefined when it is not in the registry any more. */
export async function verifyStored(
  deps: SignatureDeps,
  repository: string,
  target: StoredManifest,
  signature: Digest,
): Promise<Verification | undefined> {
  const { db, clock, registryHost } = deps;
  try {
    const stored = await getManifestByDigest(db, signature);
    const manifest = parseManifest(stored.bytes, stored.mediaType);
    const layer = manifest.kind === 'index' ? undefined : manifest.layers[0];
    if (!layer) return undefined;
    const envelope = await readBlob(deps, layer.digest, ENVELOPE_BYTES);
    const subject = { mediaType: target.mediaType, digest: target.digest, size: target.sizeBytes };
    const given = { repository: `${registryHost}/${repository}`, subject, manifest: stored.bytes, envelope };
    return verifySignature(ownTrust(await deps.trust()), given, clock.now());
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Whose signature, under our own authority, approves the image in one of these catalog repositories. */
export async function findApprover(
  deps: SignatureDeps,
  repositories: readonly string[],
  digest: Digest,
): Promise<string | null> {
  for (const repository of repositories) {
    const target = await findManifest(deps.db, repository, digest);
    const { referrers } = await listReferrers(deps.db, repository, digest, {
      artifactType: artifactTypes.notarySignature,
      limit: MAX_SIGNATURES,
    });
    for (const referrer of target ? referrers : []) {
      const verification = target && (await verifyStored(deps, repository, target, referrer.digest));
      if (verification?.valid) return verification.signedBy;
    }
  }
  return null;
}
