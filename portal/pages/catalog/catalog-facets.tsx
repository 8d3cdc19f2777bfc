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
  return facetNames.map((name) => (
    <FacetList
      key={name}
      title={catalogTexts.facets[name]}
      values={valuesOf(name, facets)}
      selected={facetValues(search, name)}
      onChange={(values) => onChange(withFacet(search, name, values))}
    />
  ));
}

/** Grades and support keep their places, zeros included, so that the list does not jump. */
function valuesOf(name: FacetName, facets: EntryPage['facets']): readonly FacetValue[] {
  const counted = facets[name].map((each) => ({ ...each, label: facetLabel(name, each.value) }));
  const fixed = { grade: grades, support: supports }[name as string];
  if (!fixed) return counted;
  return fixed.map((value) => ({
    value,
    label: facetLabel(name, value),
    count: counted.find((each) => each.value === value)?.count ?? 0,
    ...(name === 'grade' && { icon: <Grade plain size={17} grade={value as GradeLetter} /> }), // from the fixed list
  }));
}
