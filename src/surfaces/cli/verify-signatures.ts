import { type Trust, type Verification, verifySignature } from '#features/signing/index.ts';
import { type Descriptor, parseManifest } from '#formats/oci/manifest.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import type { FetchedManifest, RegistryClient } from '#platform/network/registry-client.ts';

/** What the signatures on one manifest amount to: one valid signature is enough. */
export interface SubjectVerification {
  /** `image`, or the artifact type of a report. */
  readonly what: string;
  readonly digest: Digest;
  readonly valid: boolean;
  /** When a report's scan ended; null for an image. */
  readonly createdAt: string | null;
  readonly signatures: readonly Verification[];
  /** Why there is nothing to show, or what is wrong beside the signatures. */
  readonly problems: readonly string[];
}

export interface VerifyDeps {
  readonly registry: RegistryClient;
  readonly trust: Trust;
  readonly now: Date;
}

const REPORT_TYPES: readonly string[] = [artifactTypes.sarif, artifactTypes.cyclonedx, artifactTypes.malwareSarif];
const CREATED = 'org.opencontainers.image.created';
const VALID_UNTIL = 'dev.assay.report.valid-until';
const MAX_REFERRERS = 100;
const MAX_ENVELOPE_BYTES = 1024 * 1024;

/**
 * The image's own signature, then the newest report of each type with its content and its signature. Nothing that a
 * registry's listing says is believed: every manifest is fetched by digest.
 */
export async function verifyReference(
  deps: VerifyDeps,
  place: { readonly host: string; readonly repository: string; readonly reference: string },
): Promise<SubjectVerification[]> {
  const { registry } = deps;
  const { repository, reference } = place;
  const image = await registry.getManifest(repository, reference);
  const referrers = await registry.listReferrers(repository, image.digest);
  const { artifactType } = parseManifest(image.bytes, image.mediaType);
  const own = await verifySubject(deps, place, image, artifactType ?? 'image', referrers);
  const results = [own];
  for (const type of REPORT_TYPES) {
    const newest = await newestReport(registry, repository, image.digest, type, referrers);
    if (newest) results.push(await verifyReport(deps, place, newest, type));
  }
  return results;
}

async function verifySubject(
  { registry, trust, now }: VerifyDeps,
  { host, repository }: { readonly host: string; readonly repository: string },
  subject: FetchedManifest,
  what: string,
  referrers: readonly Descriptor[],
): Promise<SubjectVerification> {
  const signatures: Verification[] = [];
  const problems: string[] = [];
  const target = { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length };
  for (const descriptor of referrers.slice(0, MAX_REFERRERS)) {
    try {
      const found = await fetchSignature(registry, repository, descriptor);
      if (!found) continue;
      signatures.push(verifySignature(trust, { repository: `${host}/${repository}`, subject: target, ...found }, now));
      if (signatures.at(-1)?.valid) break;
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (signatures.length === 0) problems.push('it has no signature');
  if (referrers.length > MAX_REFERRERS)
    problems.push(`only ${MAX_REFERRERS} of ${referrers.length} referrers were looked at`);
  const valid = signatures.some((signature) => signature.valid);
  return { what, digest: subject.digest, valid, createdAt: null, signatures, problems };
}

async function fetchSignature(registry: RegistryClient, repository: string, descriptor: Descriptor) {
  // Only a listing that claims another known type is passed over; listings are often wrong about types.
  if (REPORT_TYPES.includes(descriptor.artifactType ?? '')) return undefined;
  const fetched = await registry.getManifest(repository, descriptor.digest);
  const manifest = parseManifest(fetched.bytes, fetched.mediaType);
  if (manifest.kind !== 'artifact' || manifest.artifactType !== artifactTypes.notarySignature) return undefined;
  const [layer] = manifest.layers;
  if (!layer) throw new AppError('unusable-input', 'a signature without an envelope is there');
  return { manifest: fetched.bytes, envelope: await readBlob(registry, repository, layer) };
}

async function readBlob(registry: RegistryClient, repository: string, descriptor: Descriptor): Promise<Buffer> {
  if (descriptor.size > MAX_ENVELOPE_BYTES) {
    throw new AppError('limit-reached', `a signature of ${descriptor.size} bytes is too large`);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of registry.openBlob(repository, descriptor)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** By the `created` that the manifest itself says. */
async function newestReport(
  registry: RegistryClient,
  repository: string,
  image: Digest,
  type: string,
  referrers: readonly Descriptor[],
): Promise<FetchedManifest | undefined> {
  let newest: { readonly fetched: FetchedManifest; readonly created: string } | undefined;
  const candidates = referrers.filter((descriptor) => descriptor.artifactType === type).slice(0, MAX_REFERRERS);
  for (const { digest } of candidates) {
    const fetched = await registry.getManifest(repository, digest);
    const manifest = parseManifest(fetched.bytes, fetched.mediaType);
    const created = manifest.annotations[CREATED] ?? '';
    if (manifest.artifactType !== type || manifest.subject?.digest !== image) continue;
    if (!newest || created > newest.created) newest = { fetched, created };
  }
  return newest?.fetched;
}

async function verifyReport(
  deps: VerifyDeps,
  place: { readonly host: string; readonly repository: string },
  report: FetchedManifest,
  type: string,
): Promise<SubjectVerification> {
  const referrers = await deps.registry.listReferrers(place.repository, report.digest);
  const signed = await verifySubject(deps, place, report, type, referrers);
  const manifest = parseManifest(report.bytes, report.mediaType);
  const problems = [...signed.problems];
  const until = manifest.annotations[VALID_UNTIL];
  if (until !== undefined && !(new Date(until) > deps.now)) problems.push(`it was valid until ${until}`);
  const layers = manifest.kind === 'artifact' ? manifest.layers : [];
  for (const layer of layers) {
    try {
      for await (const _ of deps.registry.openBlob(place.repository, layer));
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const isSound = problems.length === signed.problems.length;
  return { ...signed, createdAt: manifest.annotations[CREATED] ?? null, valid: signed.valid && isSound, problems };
}
