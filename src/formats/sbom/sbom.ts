import { parseJson } from '#kernel/json.ts';
import { parseCycloneDx } from './cyclonedx.ts';
import { parseSpdxJson } from './spdx-json.ts';
import { parseSpdxText } from './spdx-text.ts';

/** A package that a bill of materials lists. */
export interface SbomPackage {
  /** As it stands there; it may be no valid package URL. */
  readonly purl: string;
  readonly licenses: readonly string[];
  /** The source package, where a tool wrote it beside the package URL. */
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  /** An rpm's module stream, NAME:STREAM. */
  readonly module?: string;
}

/** A bill of materials, whatever its form; packages without package URL are left out. */
export interface Sbom {
  readonly packages: readonly SbomPackage[];
  /** The operating system that it says its packages are from. */
  readonly system: { readonly id: string; readonly versionId: string } | null;
}

const MAX_BYTES = 32 * 1024 ** 2;
const START_BYTES = 4096;

/**
 * CycloneDX as JSON, SPDX 2 as JSON or tag-value text, SPDX 3 as JSON. Undefined when it is none of them; throws
 * `unusable-input` or `limit-reached` when it is JSON that cannot be read.
 */
export function parseSbom(bytes: Uint8Array): Sbom | undefined {
  const start = new TextDecoder().decode(bytes.subarray(0, START_BYTES)).trimStart();
  if (start.startsWith('{')) {
    const value = parseJson(bytes, 'bill of materials', { maxBytes: MAX_BYTES });
    return parseCycloneDx(value) ?? parseSpdxJson(value);
  }
  const [first = ''] = start.split('\n').filter((line) => !/^(?:#|\s*$)/.test(line));
  return first.startsWith('SPDXVersion:') ? parseSpdxText(Buffer.from(bytes).toString('utf8')) : undefined;
}
