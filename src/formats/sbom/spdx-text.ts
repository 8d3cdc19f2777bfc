import type { Sbom, SbomPackage } from './sbom.ts';
import { licensesOf } from './spdx-json.ts';

interface Draft {
  purls: string[];
  declared: string;
  concluded: string;
}

/** SPDX 2.x as tag-value text; what follows a `PackageName` belongs to that package. */
export function parseSpdxText(text: string): Sbom {
  const packages: SbomPackage[] = [];
  let draft: Draft | undefined;
  const finish = () => {
    if (draft === undefined) return;
    const licenses = licensesOf([draft.declared, draft.concluded]);
    for (const purl of draft.purls) packages.push({ purl, licenses });
  };
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const tag = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (tag === 'PackageName') {
      finish();
      draft = { purls: [], declared: '', concluded: '' };
    } else if (tag === 'FileName' || tag === 'SnippetSPDXID') {
      finish();
      draft = undefined;
    } else if (draft === undefined) continue;
    else if (tag === 'ExternalRef') draft.purls.push(...purlOf(value));
    else if (tag === 'PackageLicenseDeclared') draft.declared = value;
    else if (tag === 'PackageLicenseConcluded') draft.concluded = value;
  }
  finish();
  return { packages, system: null };
}

/** `PACKAGE-MANAGER purl pkg:…`; the category is spelled in two ways. */
function purlOf(value: string): string[] {
  const [, type, locator] = value.split(/\s+/);
  return type === 'purl' && locator ? [locator] : [];
}
