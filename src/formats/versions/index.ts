export { type Contradiction, checkPairs, type PairCheck } from './check.ts';
export { findScheme } from './find-scheme.ts';
export { versionSchemes } from './schemes.ts';
export type { VersionScheme } from './version-scheme.ts';
