import type { EntryFilters } from './queries.ts';

/** The catalog's place in its address: the search, every facet (values by comma) and the order. */
export interface CatalogSearch {
  readonly q?: string;
  readonly grade?: string;
  readonly state?: string;
  readonly owner?: string;
  readonly distribution?: string;
  readonly support?: string;
  readonly sort?: NonNullable<EntryFilters['sort']>;
}

export const facetNames = ['grade', 'support', 'distribution', 'owner', 'state'] as const;
export type FacetName = (typeof facetNames)[number];
export const sorts = ['name', 'grade', 'end', 'updated'] as const;

/** From whatever an address holds; what is not understood is left out. */
export function readCatalogSearch(search: Record<string, unknown>): CatalogSearch {
  const found: Record<string, string> = {};
  for (const name of ['q', ...facetNames]) {
    const value = search[name];
    if (typeof value === 'string' || typeof value === 'number') found[name] = String(value).slice(0, 200);
  }
  const sort = sorts.find((each) => each === search.sort);
  return { ...found, ...(sort && sort !== 'name' && { sort }) };
}

export function facetValues(search: CatalogSearch, name: FacetName): readonly string[] {
  return search[name]?.split(',').filter(Boolean) ?? [];
}

/** The search with a facet's values replaced; an empty facet leaves the address. */
export function withFacet(search: CatalogSearch, name: FacetName, values: readonly string[]): CatalogSearch {
  const { [name]: _dropped, ...rest } = search;
  return values.length > 0 ? { ...rest, [name]: values.join(',') } : rest;
}
