export { listEntries, type Reader } from './entry-list-store.ts';
export {
  createEntry,
  type Entry,
  entriesShowing,
  findEntry,
  getEntry,
  listTagRows,
  noSupportPolicy,
  patchEntry,
  projectEntry,
} from './entry-store.ts';
export { findImageFacts, type ImageFacts, putOrigin, putScan, putTerms, type Term } from './image-store.ts';
export { catalogMigrations } from './migrations/index.ts';
export { recommendedOf, successorAmong } from './recommended.ts';
export type { Origin } from './tables.ts';
