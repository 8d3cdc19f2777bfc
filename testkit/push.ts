import { createHash } from 'node:crypto';
import type { BuiltBlob, BuiltImage } from '#formats/layers/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Person } from './assay-client.ts';

/** Where to push, and as whom. */
export interface PushTarget {
  readonly url: string;
  readonly person: Person;
  readonly repository: string;
}

function authorization({ name, password }: Person): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

async function send(target: PushTarget, method: string, path: string, blob: BuiltBlob): Promise<void> {
  const answer = await fetch(`${target.url}/v2/${target.repository}/${path}`, {
    method,
    headers: { authorization: authorization(target.person), 'content-type': blob.mediaType },
    body: new Uint8Array(blob.bytes),
  });
  if (answer.status === 201) return;
  throw new Error(`${method} ${target.repository}/${path} was answered ${answer.status}: ${await answer.text()}`);
}

export function pushBlob(target: PushTarget, blob: BuiltBlob): Promise<void> {
  return send(target, 'POST', `blobs/uploads/?digest=${blob.digest}`, {
    ...blob,
    mediaType: 'application/octet-stream',
  });
}

export function pushManifest(target: PushTarget, manifest: BuiltBlob, tag: string = manifest.digest): Promise<void> {
  return send(target, 'PUT', `manifests/${tag}`, manifest);
}

/** Blobs first, then the manifest, as every client does. Returns when the registry has answered 201 to all. */
export async function pushImage(target: PushTarget, image: BuiltImage, tag?: string): Promise<void> {
  for (const blob of [...image.layers, image.config]) await pushBlob(target, blob);
  await pushManifest(target, image.manifest, tag);
}

/** Attaches a document to an image, as somebody from outside would. Returns the digest of its manifest. */
export async function attach(
  target: PushTarget,
  subject: BuiltBlob,
  document: { readonly artifactType: string; readonly content: string },
): Promise<string> {
  const blobOf = (text: string, mediaType: string): BuiltBlob => {
    const bytes = Buffer.from(text);
    return { bytes, mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
  };
  const descriptor = ({ mediaType, digest, bytes }: BuiltBlob) => ({ mediaType, digest, size: bytes.length });
  const [empty, layer] = [blobOf('{}', mediaTypes.empty), blobOf(document.content, document.artifactType)];
  const manifest = blobOf(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      artifactType: document.artifactType,
      config: descriptor(empty),
      layers: [descriptor(layer)],
      subject: descriptor(subject),
      annotations: { 'org.opencontainers.image.created': '2099-01-01T00:00:00Z' },
    }),
    mediaTypes.imageManifest,
  );
  for (const blob of [empty, layer]) await pushBlob(target, blob);
  await pushManifest(target, manifest);
  return manifest.digest;
}
