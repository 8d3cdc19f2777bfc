export type { Cataloger, FoundPackage } from './cataloger.ts';
export { catalogers } from './catalogers/index.ts';
export { type Inventory, packagesOf } from './coalesce.ts';
export type { FileExaminer } from './file-examiner.ts';
export { findHeldPackage, packagesIn, platformsWith, platformsWithPackage } from './holding-store.ts';
export {
  findInventory,
  findInventoryHead,
  type InventoryHead,
  imagesWithPackages,
  isInventoried,
  putInventory,
  type StoredInventory,
  type StoredPackage,
} from './image-store.ts';
export { type InventoriedImage, inventoryImage, presentVersions } from './inventory-image.ts';
export type { LayerFacts } from './layer-facts.ts';
export type { LayerLimits } from './layer-limits.ts';
export { fileDigestsOf, filesWithDigest, findLayer, imagesWithFiles, putLayer } from './layer-store.ts';
export { inventoryMigrations } from './migrations/index.ts';
export { getPackages, type PackageRow, packagesNamed } from './package-store.ts';
export {
  addToSets,
  countSets,
  holdersOf,
  imageChanges,
  imageCounts,
  imagesWithSets,
  lockCounts,
  type PackageCounts,
  packagesOfSets,
  rememberChanges,
  takeChanges,
  uncountedSets,
} from './set-count-store.ts';
