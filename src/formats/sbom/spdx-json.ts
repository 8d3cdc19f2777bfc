import { type JsonObject, listOf, objectOf, textOf } from './json-values.ts';
import type { Sbom, SbomPackage } from './sbom.ts';

const NO_LICENSE = new Set(['', 'NOASSERTION', 'NONE']);

/** SPDX 2.x (https://spdx.github.io/spdx-spec/v2.3/) and 3.0 as JSON; undefined when it is something else. */
export function parseSpdxJson(value: unknown): Sbom | undefined {
  const document = objectOf(value);
  if (textOf(document.spdxVersion).startsWith('SPDX-2'))
    return { packages: listOf(document.packages).map(objectOf).flatMap(packageOf), system: null };
  const graph = listOf(document['@graph']).map(objectOf);
  const isThird = graph.some(
    (element) => textOf(element.type).startsWith('software_') || element.type === 'SpdxDocument',
  );
  return isThird ? { packages: graph.flatMap(packageOfGraph), system: null } : undefined;
}

function packageOf({ externalRefs, licenseConcluded, licenseDeclared }: JsonObject): SbomPackage[] {
  const purls = listOf(externalRefs)
    .map(objectOf)
    .filter((reference) => reference.referenceType === 'purl')
    .map((reference) => textOf(reference.referenceLocator));
  const licenses = licensesOf([textOf(licenseDeclared), textOf(licenseConcluded)]);
  return purls.filter(Boolean).map((purl) => ({ purl, licenses }));
}

function packageOfGraph(element: JsonObject): SbomPackage[] {
  if (element.type !== 'software_Package') return [];
  const identifiers = listOf(element.externalIdentifier).map(objectOf);
  const purl =
    textOf(element.software_packageUrl) ||
    textOf(identifiers.find((each) => each.externalIdentifierType === 'packageUrl')?.identifier);
  return purl === '' ? [] : [{ purl, licenses: [] }];
}

/** The first that says something. */
export function licensesOf(texts: readonly string[]): string[] {
  return texts.filter((text) => !NO_LICENSE.has(text)).slice(0, 1);
}
