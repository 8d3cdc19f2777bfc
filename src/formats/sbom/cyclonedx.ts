import { type JsonObject, listOf, objectOf, textOf } from './json-values.ts';
import type { Sbom, SbomPackage } from './sbom.ts';

/** The names under which tools write what a package URL has no room for. */
const PROPERTIES = {
  sourceName: ['assay:source:name', 'aquasecurity:trivy:SrcName', 'syft:metadata:source'],
  sourceVersion: ['assay:source:version', 'syft:metadata:sourceVersion'],
  module: ['assay:module', 'aquasecurity:trivy:Modularitylabel', 'syft:metadata:modularityLabel'],
} as const;

/** CycloneDX 1.x as JSON; undefined when it is something else. https://cyclonedx.org/docs/1.6/json/ */
export function parseCycloneDx(value: unknown): Sbom | undefined {
  const document = objectOf(value);
  if (document.bomFormat !== 'CycloneDX') return undefined;
  const components: JsonObject[] = [];
  const pending = [document.components];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const component of listOf(next).map(objectOf)) {
      components.push(component);
      if (component.components !== undefined) pending.push(component.components);
    }
  }
  const systems = components.filter((component) => component.type === 'operating-system');
  const [system] = systems.map(({ name, version }) => ({ id: textOf(name).toLowerCase(), versionId: textOf(version) }));
  return { packages: components.flatMap(packageOf), system: system?.id ? system : null };
}

function packageOf(component: JsonObject): SbomPackage[] {
  const purl = textOf(component.purl);
  if (purl === '') return [];
  const licenses = listOf(component.licenses).map(objectOf).flatMap(licenseOf);
  const properties = new Map<string, string>();
  for (const { name, value } of listOf(component.properties).map(objectOf)) properties.set(textOf(name), textOf(value));
  const told = Object.entries(PROPERTIES).flatMap(([key, names]) => {
    const value = names.map((name) => properties.get(name)).find(Boolean);
    return value === undefined ? [] : [[key, value]];
  });
  return [{ purl, licenses, ...Object.fromEntries(told) }];
}

function licenseOf({ license, expression }: JsonObject): string[] {
  const { id, name } = objectOf(license);
  return [textOf(expression) || textOf(id) || textOf(name)].filter(Boolean);
}
