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
  isOnlyOf,
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
export { tryGarbage } from './garbage-trial.ts';
export { countGarbage } from './garbage-trial-store.ts';
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
export { changeRules } from './namespace-rules/change-rules.ts';
export { deleteReference, keepTaken } from './namespace-rules/delete-reference.ts';
export {
  type Deletion,
  forgetDeletions,
  getDeletion,
  listDeletions,
  type Undeleted,
  undelete,
} from './namespace-rules/deletion-store.ts';
export { immutablePattern, refuseMoves } from './namespace-rules/immutable-tags.ts';
export { type OpenRules, openRules } from './namespace-rules/open-rules.ts';
export { placesOf } from './namespace-rules/place.ts';
export { formatBytes, refuseBytes, refuseRepository } from './namespace-rules/quota.ts';
export { createRateLimits, type RateLimits } from './namespace-rules/rate-limits.ts';
export { chooseVictims, type RetainedTag, type RetentionFacts, type Victim } from './namespace-rules/retention.ts';
export {
  listRepositoriesIn,
  type Removal,
  readRetentionFacts,
  removeByRetention,
} from './namespace-rules/retention-store.ts';
export { type EffectiveRules, nameOfPlace, noRules, type RuleBook, ruleBook } from './namespace-rules/rule-book.ts';
export { findRules, listRules, putRules, readRulesFor, type StoredRules } from './namespace-rules/rules-store.ts';
export { countPlaces, countRepositories, roomIn } from './namespace-rules/usage-store.ts';
export { type Consumer, type CountedPull, consumersOf, type Pull, recordPull, recordPulls } from './pull-store.ts';
export {
  type NewManifest,
  type PreparedManifest,
  type PutManifest,
  prepareManifest,
  putManifest,
  storeManifest,
} from './put-manifest.ts';
export { REGISTRY_CHANNEL, type RegistryChange, readRegistryChange } from './registry-changes.ts';
export { openRegistryMemory, type RegistryMemory } from './registry-memory.ts';
export { findRepositoryId, listRepositories, repositoriesOf, repositoriesOfEach } from './repository-store.ts';
export { type DigestRange, digestRanges, type ScrubFinding, type ScrubKind, scrubKinds } from './scrub.ts';
export {
  countScrubFindings,
  findScrubRound,
  finishScrubRound,
  listScrubFindings,
  mendFindings,
  openScrubRound,
  recordFindings,
  type ScrubRound,
  type StoredFinding,
  saveScrubProgress,
} from './scrub-round-store.ts';
export {
  correctBlobSize,
  listIncomplete,
  listKnownBlobs,
  listStoredRows,
  manifestsUsing,
  queueStrays,
  readRowContent,
  replaceRowContent,
  repositoriesHolding,
  type StoredRow,
} from './scrub-store.ts';
export { deleteTag, listTags, listTagsOf, moveTag, type Tag, tagsOf } from './tag-store.ts';
