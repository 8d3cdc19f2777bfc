/** Media types of OCI image-spec 1.1 and Docker's image manifest version 2, schema 2. */
export const mediaTypes = {
  imageManifest: 'application/vnd.oci.image.manifest.v1+json',
  imageIndex: 'application/vnd.oci.image.index.v1+json',
  imageConfig: 'application/vnd.oci.image.config.v1+json',
  layerTar: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
} as const;

export function isManifestType(mediaType: string): boolean {
  return mediaType === mediaTypes.imageManifest || mediaType === mediaTypes.dockerManifest;
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.imageIndex || mediaType === mediaTypes.dockerList;
}

export function isConfigType(mediaType: string): boolean {
  return mediaType === mediaTypes.imageConfig || mediaType === mediaTypes.dockerConfig;
}

/** Whether the media type is one of a file system layer, readable by Assay or not, kept here or elsewhere. */
export function isFileSystemLayer(mediaType: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./.test(mediaType);
}

/** Layers that may not be stored by everybody: the bytes lie elsewhere, and a manifest may name them unpushed. */
export function isNondistributable(mediaType: string): boolean {
  return /\.(?:layer\.nondistributable|rootfs\.foreign)\./.test(mediaType);
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** How a layer of this media type is compressed; undefined when it is no file system layer that Assay can read. */
export function layerCompression(mediaType: string): Compression | undefined {
  if (!/^application\/vnd\.(?:oci\.image|docker\.image\.rootfs)/.test(mediaType)) return undefined;
  if (!/layer|rootfs/.test(mediaType)) return undefined;
  if (/[.+]gzip$/.test(mediaType)) return 'gzip';
  if (/\+zstd$/.test(mediaType)) return 'zstd';
  return /\.tar$/.test(mediaType) ? 'none' : undefined;
}
