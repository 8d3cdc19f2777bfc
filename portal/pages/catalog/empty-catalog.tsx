import { Button } from '@mantine/core';
import type { CatalogSearch } from '../../catalog-search.ts';
import { EmptyState } from '../../parts/states.tsx';
import { catalogTexts } from './catalog-texts.ts';

/** Nothing found, or nothing there yet. */
export function EmptyCatalog(props: {
  readonly search: CatalogSearch;
  readonly total: number;
  readonly registryHost: string;
  readonly onChange: (search: CatalogSearch) => void;
}) {
  const { q, sort: _sort, ...filters } = props.search;
  if (props.total === 0)
    return (
      <EmptyState title={catalogTexts.first.title}>
        <p>{catalogTexts.first.body}</p>
        <p>
          <code>docker push {props.registryHost}/staging/NAME:TAG</code>
        </p>
        <p>
          <code>{catalogTexts.bringIn}</code>
        </p>
      </EmptyState>
    );
  const dropsOnlyFilters = q !== undefined && Object.keys(filters).length > 0;
  return (
    <EmptyState
      title={q ? catalogTexts.empty.words(q.split(/\s+/)) : catalogTexts.empty.filters}
      action={
        <Button onClick={() => props.onChange(dropsOnlyFilters ? { q } : {})}>
          {dropsOnlyFilters ? catalogTexts.empty.dropFilters : catalogTexts.empty.all}
        </Button>
      }
    >
      <p>{catalogTexts.empty.body}</p>
    </EmptyState>
  );
}
