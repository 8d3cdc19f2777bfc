export { type DistributionEnd, endOfLifeOf, supportDateOf } from './distribution-end.ts';
export { fetchProducts } from './fetch-products.ts';
export { history } from './history-store.ts';
export { imageWindow, type WindowInput } from './image-window.ts';
export {
  type LifecycleArtifact,
  lifecycleArtifact,
  newestLifecycleDate,
  readLifecycleDate,
} from './lifecycle-artifact.ts';
export { lifecycleMigrations } from './migrations/index.ts';
export { openProducts, type Products } from './products.ts';
export { decidingFacts, type ImageFacts, type PullFacts } from './pull-facts.ts';
export {
  findQuarantine,
  isQuarantined,
  listQuarantined,
  type Quarantine,
  quarantine,
  quarantinedDigests,
  releaseQuarantine,
} from './quarantine-store.ts';
export { REVIEWER, type ReviewOutcome, type ReviewPolicy, review } from './review.ts';
export { type RuntimePackage, runtimeEndOfLife } from './runtime-end.ts';
export {
  type EndOfLifeSource,
  findEndOfLifeSource,
  loadProducts,
  putEndOfLifeSource,
  type RefreshResult,
} from './source-store.ts';
export { canMove, isRefused, type RepositoryImageState } from './state.ts';
export { LIFECYCLE_CHANNEL, readStateChange } from './state-changes.ts';
export { findState, pullFacts, type StateChange, type StateRow, setState, statesOf } from './state-store.ts';
export { dueForReview, findWindow, putWindow, type Reviewable } from './window-store.ts';
