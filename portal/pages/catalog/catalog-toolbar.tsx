import { Button } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import type { EntryPage } from '#model/api-entries.ts';
import { type CatalogSearch, facetNames, facetValues, sorts, withFacet } from '../../catalog-search.ts';
import styles from './catalog.module.css';
import { facetLabel } from './catalog-facets.tsx';
import { catalogTexts } from './catalog-texts.ts';

export interface CatalogToolbarProps {
  readonly search: CatalogSearch;
  readonly found: Pick<EntryPage, 'matching' | 'total'> | undefined;
  readonly tookMs: number | undefined;
  readonly onChange: (search: CatalogSearch) => void;
  readonly onFilters: () => void;
}

/** How many, the active filters as chips, and the order. */
export function CatalogToolbar({ search, found, tookMs, onChange, onFilters }: CatalogToolbarProps) {
  const active = facetNames.flatMap((name) => facetValues(search, name).map((value) => ({ name, value })));
  const { q, sort } = search;
  return (
    <div className={styles.toolbar}>
      <p className={styles.found} aria-live="polite">
        {found && <strong>{catalogTexts.count(found.matching, found.total)}</strong>}
        {found && tookMs !== undefined && <span aria-hidden="true"> · {tookMs} ms</span>}
      </p>
      {active.map(({ name, value }) => (
        <button
          key={`${name} ${value}`}
          type="button"
          className={styles.filter}
          aria-label={catalogTexts.drop(facetLabel(name, value))}
          onClick={() =>
            onChange(
              withFacet(
                search,
                name,
                facetValues(search, name).filter((each) => each !== value),
              ),
            )
          }
        >
          {facetLabel(name, value)}
          <IconX size={14} stroke={1.75} aria-hidden="true" />
        </button>
      ))}
      {active.length > 0 && (
        <button
          type="button"
          className={styles.clear}
          onClick={() => onChange({ ...(q && { q }), ...(sort && { sort }) })}
        >
          {catalogTexts.clear}
        </button>
      )}
      <span className={styles.right}>
        <Button
          variant="default"
          className={styles.openFilters ?? ''}
          leftSection={<IconFilter size={16} stroke={1.75} aria-hidden="true" />}
          onClick={onFilters}
        >
          {catalogTexts.filters(active.length)}
        </Button>
        <select
          className={styles.sort}
          aria-label={catalogTexts.sort}
          value={sort ?? 'name'}
          onChange={(event) => {
            const { sort: _old, ...rest } = search;
            const next = sorts.find((each) => each === event.currentTarget.value);
            onChange(next && next !== 'name' ? { ...rest, sort: next } : rest);
          }}
        >
          {sorts.map((each) => (
            <option key={each} value={each}>
              {catalogTexts.sorts[each]}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
