export { attachArtifact, type NewArtifact } from './attach-artifact.ts';
export {
  type BlobDeps,
  INLINE_BYTES,
  openBlob,
  openContent,
  putBlobBytes,
  readBlob,
  recordPublished,
} from './blob-content.ts';
export {
  type BlobFacts,
  findBlob,
  findBlobByDigest,
  linkBlob,
  recordBlob,
  repositoriesWithBlob,
  unlinkBlob,
} from './blob-link-store.ts';
export { deleteDoomedBytes } from './delete-doomed-bytes.ts';
export { doomBytes } from './doomed-bytes-store.ts';
export {
  type Batch,
  type GarbageKind,
  type GarbageRun,
  garbageKinds,
  garbageReasons,
  type Removed,
} from './garbage.ts';
export { beginGarbageRun, queueMissingSubjects, queueUnusedBlobs } from './garbage-queue-store.ts';
export { collectGarbageBatch } from './garbage-store.ts';
export { listTaggedImages, topImagesOf } from './image-list-store.ts';
export { deleteManifest, linkImage, unlinkManifest } from './link-image.ts';
export { forgetLostLinks } from './lost-link-store.ts';
export { digestOf, type ManifestFacts, type ManifestKind, type StoredManifest } from './manifest.ts';
export {
  childrenOf,
  findManifest,
  getManifestByDigest,
  imageSize,
  listReferrers,
  parentsOf,
  type ReferrersPage,
} from './manifest-store.ts';
export { registryMigrations } from './migrations/index.ts';
export { type Consumer, type CountedPull, consumersOf, type Pull, recordPull, recordPulls } from './pull-store.ts';
export {
  type NewManifest,
  type PreparedManifest,
  type PutManifest,
  prepareManifest,
  putManifest,
  storeManifest,
} from './put-manifest.ts';
export { findRepositoryId, listRepositories, repositoriesOf, repositoriesOfEach } from './repository-store.ts';
export { deleteTag, listTags, listTagsOf, moveTag, type Tag, tagsOf } from './tag-store.ts';
