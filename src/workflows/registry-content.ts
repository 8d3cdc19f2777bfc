import { type BlobDeps, findBlobByDigest, getManifestByDigest, openBlob, readBlob } from '#features/registry/index.ts';
import { isIndexType, isManifestType } from '#formats/oci/media-types.ts';
import { AppError } from '#kernel/errors.ts';
import type { ContentSource } from '#platform/images/oci-layout.ts';

async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  }
}

/** The registry's own content, for readers of images. */
export function registryContent(deps: BlobDeps): ContentSource {
  return {
    has: async ({ digest }) => (await findBlobByDigest(deps.db, digest)) !== undefined,
    async *open({ digest }) {
      yield* (await openBlob(deps, digest)) as AsyncIterable<Uint8Array>;
    },
    async read(descriptor, maxBytes) {
      const { mediaType = '' } = descriptor as { mediaType?: string };
      if (isManifestType(mediaType) || isIndexType(mediaType)) {
        return (await orUndefined(getManifestByDigest(deps.db, descriptor.digest)))?.bytes;
      }
      return orUndefined(readBlob(deps, descriptor.digest, maxBytes));
    },
  };
}
