import { Readable } from 'node:stream';
import { putOrigin } from '#features/catalog/index.ts';
import {
  type BlobDeps,
  findBlob,
  INLINE_BYTES,
  linkBlob,
  putBlobBytes,
  putManifest,
  readRulesFor,
  recordPublished,
  refuseBytes,
} from '#features/registry/index.ts';
import { type Descriptor, type Manifest, parseManifest } from '#formats/oci/manifest.ts';
import { isNondistributable } from '#formats/oci/media-types.ts';
import { parseReference, type Reference } from '#formats/oci/reference.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { INTAKE_NAMESPACE, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import { createRegistryClient, type FetchedManifest, type RegistryClient } from '#platform/network/registry-client.ts';
import type { Queue } from '#platform/queue/queue.ts';
import { refuseByRules } from './decide-push-by-rules.ts';
import { receivePush } from './receive-push.ts';

export interface AcquireDeps extends BlobDeps {
  readonly clock: Clock;
  readonly queue: Queue;
  readonly http: HttpClient;
}

export interface Acquisition {
  /** `HOST/NAME[:TAG][@DIGEST]`. */
  readonly reference: string;
  /** In the intake namespace; by default `staging/` and the source's name. */
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly plainHttp?: boolean | undefined;
  readonly actor: string;
}

export interface Acquired {
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
}

interface Transfer {
  readonly deps: AcquireDeps;
  readonly client: RegistryClient;
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly step: (text: string) => Promise<void>;
}

const MAX_REFERRERS = 500;
const MAX_DEPTH = 4;

function targetOf(source: Reference, wanted: Acquisition): { repository: string; tag: string } {
  const repository = wanted.repository ?? `${INTAKE_NAMESPACE}/${source.repository}`;
  if (kindOfNamespace(namespaceOf(repository)) !== 'intake') {
    throw new AppError(
      'invalid-input',
      `cannot take in to ${repository}: choose a repository under ${INTAKE_NAMESPACE}/`,
    );
  }
  const tag = wanted.tag ?? source.tag ?? (source.digest ? undefined : 'latest');
  if (tag !== undefined) return { repository, tag };
  throw new AppError('invalid-input', 'cannot take in by digest alone: say the tag that it gets here (--tag)');
}

function demandAllowed(refusal: string | undefined): void {
  if (refusal) throw new AppError('not-allowed', refusal);
}

async function copyBlob({ deps, client, from, to }: Transfer, blob: Descriptor): Promise<void> {
  if (isNondistributable(blob.mediaType) || blob.urls?.length) return;
  const known = await findBlob(deps.db, to, blob.digest);
  if (known) return;
  demandAllowed(
    await refuseBytes(deps.db, await readRulesFor(deps.db, to), {
      repository: to,
      digest: blob.digest,
      sizeBytes: blob.size,
    }),
  );
  if (blob.size <= INLINE_BYTES) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.openBlob(from, blob)) chunks.push(chunk);
    await putBlobBytes(deps, to, Buffer.concat(chunks), blob.digest);
    return;
  }
  if (await linkBlob(deps.db, to, blob.digest)) return;
  const upload = await deps.blobs.startUpload('');
  try {
    await deps.blobs.appendUpload(upload, Readable.from(client.openBlob(from, blob)), 0);
    await deps.blobs.finishUpload(upload, blob.digest);
  } catch (error) {
    await deps.blobs.cancelUpload(upload);
    throw error;
  }
  await recordPublished(deps, to, { digest: blob.digest, sizeBytes: blob.size });
}

function partsOf(manifest: Manifest): readonly Descriptor[] {
  return manifest.kind === 'index' ? [] : [manifest.config, ...manifest.layers];
}

async function copyManifest(transfer: Transfer, fetched: FetchedManifest, depth = 0): Promise<void> {
  const { deps, client, from, to, actor } = transfer;
  const manifest = parseManifest(fetched.bytes, fetched.mediaType);
  if (depth > MAX_DEPTH)
    throw new AppError('limit-reached', `cannot take in ${fetched.digest}: indexes are nested too deep`);
  if (manifest.kind === 'index') {
    for (const child of manifest.manifests) {
      await copyManifest(transfer, await client.getManifest(from, child.digest), depth + 1);
    }
  }
  for (const [index, blob] of partsOf(manifest).entries()) {
    await transfer.step(`copying ${fetched.digest.slice(0, 17)}, part ${index + 1}`);
    await copyBlob(transfer, blob);
  }
  const stored = {
    repository: to,
    bytes: fetched.bytes,
    mediaType: fetched.mediaType,
    digest: fetched.digest,
    pushedBy: actor,
  };
  await deps.db.transaction().execute((trx) => putManifest(trx, stored));
  await copyReferrers(transfer, fetched.digest, depth);
}

async function copyReferrers(transfer: Transfer, digest: Digest, depth: number): Promise<void> {
  const referrers = await transfer.client.listReferrers(transfer.from, digest);
  for (const referrer of referrers.slice(0, MAX_REFERRERS)) {
    await copyManifest(transfer, await transfer.client.getManifest(transfer.from, referrer.digest), depth + 1);
  }
}

/**
 * Brings an image with its platforms and its referrers (signatures, SBOMs, provenance, lifecycle) from another registry
 * into the intake namespace, records where it came from, and queues its judgement as a push would.
 */
export async function acquireImage(
  deps: AcquireDeps,
  wanted: Acquisition,
  step: (text: string) => Promise<void> = async () => undefined,
): Promise<Acquired> {
  const source = parseReference(wanted.reference);
  if (source.registry === null) {
    throw new AppError(
      'invalid-input',
      `cannot take in ${wanted.reference}: say the registry too, as in docker.io/library/alpine:3.22`,
    );
  }
  const { repository, tag } = targetOf(source, wanted);
  const { username, password, plainHttp } = wanted;
  const client = createRegistryClient({
    http: deps.http,
    registry: source.registry,
    ...(plainHttp && { plainHttp }),
    ...(username !== undefined && password !== undefined && { username, password }),
  });
  const top = await client.getManifest(source.repository, source.digest ?? source.tag ?? 'latest');
  const transfer: Transfer = { deps, client, from: source.repository, to: repository, actor: wanted.actor, step };
  await copyManifest(transfer, top);
  const at = deps.clock.now();
  const kind = parseManifest(top.bytes, top.mediaType).kind;
  await deps.db.transaction().execute(async (trx) => {
    const push = { repository, tags: [tag], kind, digest: top.digest, sizeBytes: top.bytes.length };
    demandAllowed(await refuseByRules(trx, (name) => readRulesFor(trx, name), push));
    await putManifest(trx, {
      repository,
      bytes: top.bytes,
      mediaType: top.mediaType,
      digest: top.digest,
      tags: [tag],
      pushedBy: wanted.actor,
    });
    await putOrigin(trx, top.digest, {
      reference: wanted.reference,
      digest: top.digest,
      at: at.toISOString(),
      by: wanted.actor,
    });
    await receivePush(deps, trx, { repository, tags: [tag], digest: top.digest, kind, actor: wanted.actor });
  });
  return { repository, tag, digest: top.digest };
}
