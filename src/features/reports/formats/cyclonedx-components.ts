import type { Package } from '#model/package.ts';
import type { ReportInput } from '../report.ts';

interface Property {
  readonly name: string;
  readonly value: string;
}

interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly [member: string]: unknown;
}

export interface ListedComponent {
  /** Identifies the package version for those who look for it; see `packageKey`. */
  readonly key: string;
  readonly component: Component;
}

const MAX_OCCURRENCES = 100;

export function packageKey(found: { ecosystem: string; name: string; version: string }): string {
  return JSON.stringify([found.ecosystem, found.name, found.version]);
}

/** Operating systems and packages of every platform, each once, in an order that does not depend on the input's. */
export function componentsOf(input: ReportInput): ListedComponent[] {
  const packages = new Map<string, { readonly found: Package[]; readonly platforms: string[] }>();
  for (const { platform, packages: list } of input.platforms) {
    for (const found of list) {
      const { purl, sourceName, sourceVersion, module } = found;
      const key = JSON.stringify([purl, packageKey(found), sourceName, sourceVersion, module]);
      const entry = packages.get(key) ?? { found: [], platforms: [] };
      entry.found.push(found);
      entry.platforms.push(platform);
      packages.set(key, entry);
    }
  }
  const references = new Set<string>([input.image.digest]);
  const listed = [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...systemsOf(input, references),
    ...listed.flatMap(([, { found, platforms }]) => packageComponent(found, platforms, references) ?? []),
  ];
}

function systemsOf(input: ReportInput, references: Set<string>): ListedComponent[] {
  const systems = new Map<string, Component>();
  for (const { distribution } of input.platforms) {
    if (!distribution) continue;
    const { id, versionId, name } = distribution;
    const key = `${id} ${versionId}`.trim();
    if (systems.has(key)) continue;
    const version = versionId === '' ? {} : { version: versionId };
    const reference = uniqueReference(`os:${key}`, references);
    systems.set(key, { type: 'operating-system', 'bom-ref': reference, name: id, ...version, description: name || id });
  }
  return [...systems.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, component]) => ({ key, component }));
}

function uniqueReference(wanted: string, taken: Set<string>): string {
  let reference = wanted;
  for (let number = 2; taken.has(reference); number += 1) reference = `${wanted}#${number}`;
  taken.add(reference);
  return reference;
}

function packageComponent(
  found: readonly Package[],
  platforms: readonly string[],
  references: Set<string>,
): ListedComponent | undefined {
  const first = found[0];
  if (!first) return undefined;
  const locations = found.flatMap((each) => each.locations.map(({ layer, path }) => JSON.stringify({ layer, path })));
  const occurrences = [...new Set(locations)]
    .sort()
    .slice(0, MAX_OCCURRENCES)
    .map((text) => JSON.parse(text));
  const licenses = [...new Set(found.flatMap((each) => each.licenses))].filter((license) => license !== '').sort();
  const component = {
    type: 'library',
    'bom-ref': uniqueReference(first.purl || `package:${first.ecosystem}/${first.name}@${first.version}`, references),
    name: first.name,
    version: first.version,
    ...(licenses.length > 0 ? { licenses: licenses.map((name) => ({ license: { name } })) } : {}),
    ...(first.purl ? { purl: first.purl } : {}),
    ...(occurrences.length > 0
      ? {
          evidence: {
            occurrences: occurrences.map(({ layer, path }) => ({
              location: path,
              additionalContext: `layer ${layer}`,
            })),
          },
        }
      : {}),
    properties: propertiesOf(found, platforms),
  };
  return { key: packageKey(first), component };
}

/** With these a reader can match the package again: what advisories name is often the source package. */
function propertiesOf(found: readonly Package[], platforms: readonly string[]): Property[] {
  const [first] = found;
  const owners = new Set(found.flatMap((each) => each.ownedBy ?? []));
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['assay:ecosystem', first?.ecosystem],
    ['assay:source:name', first?.sourceName],
    ['assay:source:version', first?.sourceVersion],
    ['assay:epoch', first && epochOf(first.version)],
    ['assay:module', first?.module],
    ...[...owners].sort().map((owner) => ['assay:owned-by', owner] as const),
    ...[...new Set(platforms)].sort().map((platform) => ['assay:platform', platform] as const),
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

function epochOf(version: string): string | null {
  return /^(\d+):/.exec(version)?.[1] ?? null;
}
