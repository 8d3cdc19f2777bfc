import { createHash } from 'node:crypto';
import type { Descriptor } from '#formats/oci/manifest.ts';
import { AppError } from '#kernel/errors.ts';
import type { FileSet } from './image-source.ts';
import type { ContentSource } from './oci-layout.ts';

/** Where a layout keeps the blob (OCI image-spec 1.1, "Image Layout"). */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The blobs of a layout, in an archive or a folder. */
export function layoutContent(files: FileSet): ContentSource {
  const pathOf = ({ digest }: Pick<Descriptor, 'digest'>) => blobPath(digest);
  return {
    has: (descriptor) => files.has(pathOf(descriptor)),
    open: (descriptor) => files.open(pathOf(descriptor)),
    async read(descriptor, maxBytes) {
      const bytes = await files.read(pathOf(descriptor), maxBytes);
      if (!bytes) return undefined;
      const [algorithm = 'sha256'] = descriptor.digest.split(':');
      const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
      if (actual === descriptor.digest) return bytes;
      throw new AppError('DIGEST_INVALID', `cannot use ${descriptor.digest}: its bytes have digest ${actual}`);
    },
  };
}
