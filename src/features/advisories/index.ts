export type { AdvisoryIndex, PackageKey, SourceDate } from './advisory.ts';
export { type AdvisoryFolder, openAdvisoryFolder } from './advisory-folder.ts';
export { type AdvisoryText, getAdvisory } from './advisory-store.ts';
export { databaseIndex } from './database-index.ts';
export {
  findFindingId,
  findingsOf,
  isNews,
  packagesWithAdvisory,
  packagesWithFinding,
  putFindings,
} from './finding-store.ts';
export { type ImportDeps, type ImportResult, importSource } from './import-source.ts';
export { type KnownExploited, knownExploitedSince, parseKnownExploited } from './known-exploited.ts';
export { getKnownExploited, importKnownExploited, type KnownExploitedChange } from './known-exploited-store.ts';
export { keysOfPackage, matchPackages } from './match-packages.ts';
export { advisoriesMigrations } from './migrations/index.ts';
export { takeChangedKeys } from './record-store.ts';
export { isReady, listSourceDates, listSources, registerSource, type SourceConfig } from './source-store.ts';
