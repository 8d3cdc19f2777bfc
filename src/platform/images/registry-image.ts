import type { Descriptor } from '#formats/oci/manifest.ts';
import { parseReference } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import { createRegistryClient, type RegistryClient } from '#platform/network/registry-client.ts';
import type { ImageSource } from './image-source.ts';
import { type ContentSource, readImages } from './oci-layout.ts';

export interface RegistryAccess {
  readonly http: HttpClient;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly plainHttp?: boolean | undefined;
}

const isLoopback = (registry: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|$)/.test(registry);

function remoteContent(client: RegistryClient, repository: string): ContentSource {
  return {
    has: () => true,
    open: (descriptor) => client.openBlob(repository, descriptor),
    async read(descriptor: Pick<Descriptor, 'digest' | 'size'> & { mediaType?: string }, maxBytes) {
      if (descriptor.mediaType && /manifest|index/.test(descriptor.mediaType))
        return (await client.getManifest(repository, descriptor.digest)).bytes;
      if (descriptor.size > maxBytes)
        throw new AppError('limit-reached', `cannot read ${descriptor.digest}: it exceeds ${maxBytes} bytes`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of client.openBlob(repository, descriptor)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

/** An image in a registry. A registry on this machine is asked without TLS, others with. */
export async function openRegistryImage(access: RegistryAccess, target: string): Promise<ImageSource> {
  const reference = parseReference(target);
  const registry = reference.registry ?? 'docker.io';
  const { http, username, password, plainHttp = isLoopback(registry) } = access;
  const credentials = username !== undefined && password !== undefined ? { username, password } : {};
  const client = createRegistryClient({ http, registry, plainHttp, ...credentials });
  const top = await client.getManifest(reference.repository, reference.digest ?? reference.tag ?? 'latest');
  const descriptor = { digest: top.digest, size: top.bytes.length, mediaType: top.mediaType };
  const images = await readImages(remoteContent(client, reference.repository), descriptor);
  if (images.length === 0)
    throw new AppError('unusable-input', `cannot scan ${target}: it names no image but another artifact`);
  return { target, images, async [Symbol.asyncDispose]() {} };
}
