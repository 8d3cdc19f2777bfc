import { createHash } from 'node:crypto';
import type { Package } from '#model/package.ts';
import type { LayerFacts } from './layer-facts.ts';

/** For tests: the hash of a text, as hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** For tests: a layer that holds nothing but what is given. */
export function sampleFacts(parts: Partial<LayerFacts> = {}): LayerFacts {
  return {
    diffId: `sha256:${sha256('layer')}`,
    sizeBytes: 1024,
    catalogers: { npm: 1 },
    packages: [],
    databaseFiles: [],
    hashes: [],
    symlinks: [],
    hardlinks: [],
    devices: [],
    directories: [],
    whiteouts: [],
    opaque: [],
    problems: [],
    ...parts,
  };
}

/** For tests: files of a layer, by path and content. */
export function sampleHashes(files: Readonly<Record<string, string>>): LayerFacts['hashes'] {
  return Object.entries(files).map(([path, text]) => ({ path, sha256: sha256(text), sizeBytes: text.length }));
}

/** For tests: a package of the npm ecosystem, or as given. */
export function samplePackage(name: string, parts: Partial<Package> = {}): Package {
  const version = parts.version ?? '1.0.0';
  return {
    ecosystem: 'npm',
    name,
    version,
    purl: `pkg:npm/${encodeURIComponent(name)}@${version}`,
    sourceName: null,
    sourceVersion: null,
    module: null,
    locations: [{ layer: `sha256:${sha256('layer')}`, path: `app/node_modules/${name}/package.json` }],
    ownedBy: null,
    licenses: [],
    ...parts,
  };
}
