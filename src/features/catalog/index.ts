export { clearDue, findDue, listDue, markAllDue, markDue } from './due-store.ts';
export { type Holdings, listEntries, type Reader } from './entry-list-store.ts';
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
export {
  findImageFacts,
  type ImageFacts,
  markReported,
  putOrigin,
  putScan,
  putTerms,
  type Term,
} from './image-store.ts';
export { catalogMigrations } from './migrations/index.ts';
export {
  addToPostures,
  findAccepted,
  findPostures,
  gradeEntries,
  imagesOfEach,
  imagesOfPlatforms,
  putAccepted,
  putPlatforms,
  putPostures,
  resetPostures,
  type ScannedFacts,
} from './posture-store.ts';
export { recommendedOf, successorAmong } from './recommended.ts';
export type { KeptTagRow, Origin } from './tables.ts';
