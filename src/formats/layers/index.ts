export {
  type BuiltBlob,
  type BuiltImage,
  type BuiltLayer,
  buildImage,
  buildIndex,
  buildLayer,
} from './build-image.ts';
export { type DecompressionEnd, decompress, sniffCompression } from './decompress.ts';
export { type Extension, isZeroBlock, normalizePath, parseHeader, parsePax, type TarHeader } from './tar-header.ts';
export { TarReader, type TarVisitor } from './tar-reader.ts';
export { type TarContent, writeTar } from './tar-writer.ts';
export { blobsOf, layoutFiles, writeDockerArchive, writeOciArchive } from './write-image.ts';
