import { useState } from 'react';
import type { EntryPage } from '#model/api-entries.ts';
import type { ImageState } from '#model/image-state.ts';
import type { Grade as GradeLetter } from '#model/posture.ts';
import { type CatalogSearch, type FacetName, facetNames, facetValues, withFacet } from '../../catalog-search.ts';
import { FacetList, type FacetValue } from '../../parts/facet-list.tsx';
import { Grade } from '../../parts/grade.tsx';
import { texts } from '../../texts.ts';
import { catalogTexts } from './catalog-texts.ts';

const grades: readonly string[] = ['A', 'B', 'C', 'D', 'F'];
const supports: readonly string[] = ['supported', 'ending', 'ended', 'unknown'];

/** How a facet's value is called. */
export function facetLabel(name: FacetName, value: string): string {
  if (name === 'grade') return grades.includes(value) ? texts.grade.of(value) : texts.grade.none;
  if (name === 'support') return catalogTexts.supports[value] ?? value;
  if (name === 'state') return texts.state[value as ImageState] ?? value; // an unknown state falls back
  return value;
}

export interface CatalogFacetsProps {
  readonly search: CatalogSearch;
  readonly facets: EntryPage['facets'];
  readonly onChange: (search: CatalogSearch) => void;
}

/** Within one facet or, between facets and. */
export function CatalogFacets({ search, facets, onChange }: CatalogFacetsProps) {
  const seen = useSeenValues(facets);
  return facetNames.map((name) => (
    <FacetList
      key={name}
      title={catalogTexts.facets[name]}
      values={valuesOf(name, facets, seen[name])}
      selected={facetValues(search, name)}
      onChange={(values) => onChange(withFacet(search, name, values))}
    />
  ));
}

type Seen = Readonly<Record<FacetName, readonly string[]>>;

/** Values that were there before stay with a zero, so that the list does not jump. */
function useSeenValues(facets: EntryPage['facets']): Seen {
  const [seen, setSeen] = useState<Seen>({ grade: [], support: [], distribution: [], owner: [], state: [] });
  const added = facetNames.filter((name) => facets[name].some((each) => !seen[name].includes(each.value)));
  if (added.length === 0) return seen;
  const next = { ...seen };
  for (const name of added) next[name] = [...new Set([...seen[name], ...facets[name].map((each) => each.value)])];
  setSeen(next);
  return next;
}

function valuesOf(name: FacetName, facets: EntryPage['facets'], seen: readonly string[]): readonly FacetValue[] {
  const fixed = { grade: grades, support: supports }[name as string] ?? seen;
  return fixed.map((value) => ({
    value,
    label: facetLabel(name, value),
    count: facets[name].find((each) => each.value === value)?.count ?? 0,
    ...(name === 'grade' && { icon: <Grade plain size={17} grade={value as GradeLetter} /> }), // from the fixed list
  }));
}
