import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { EntryPage, EntryRow } from '#model/api-entries.ts';
import type { CatalogSearch } from '../catalog-search.ts';
import { ErrorState, Skeletons } from '../parts/states.tsx';
import { useEntries, useMe } from '../queries.ts';
import { texts } from '../texts.ts';
import { useTitle } from '../title.ts';
import styles from './catalog/catalog.module.css';
import { CatalogFacets } from './catalog/catalog-facets.tsx';
import { catalogTexts } from './catalog/catalog-texts.ts';
import { CatalogToolbar } from './catalog/catalog-toolbar.tsx';
import { EmptyCatalog } from './catalog/empty-catalog.tsx';
import { EntryLine } from './catalog/entry-line.tsx';
import { FilterSheet } from './catalog/filter-sheet.tsx';
import { MoreRows } from './catalog/more-rows.tsx';
import { SearchField } from './catalog/search-field.tsx';
import { useSteadyRows } from './catalog/steady-rows.ts';
import { useRowKeys } from './catalog/use-row-keys.ts';

const route = getRouteApi('/');

/** Which image, is it safe, until when, whose, how do I pull it. */
export function CatalogPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const registryHost = useMe().data?.registryHost ?? window.location.host;
  const entries = useEntries(search);
  const [areFiltersOpen, setFiltersOpen] = useState(false);
  const pages = entries.data?.pages;
  const first = pages?.[0];
  const steady = useSteadyRows(
    pages?.flatMap((page) => page.items) ?? [],
    (row) => row.repository,
    `${first?.answers} ${pages?.length}`,
  );
  const { rows } = steady;
  useTitle(texts.navigation.catalog);
  useRowKeys(rows, registryHost);

  const change = (next: CatalogSearch) => void navigate({ search: next });
  const type = (q: string) => {
    const { q: _old, ...rest } = search;
    void navigate({ search: q ? { ...rest, q } : rest, replace: true });
  };
  const facets = first && <CatalogFacets search={search} facets={first.facets} onChange={change} />;
  return (
    <div className={`page ${styles.catalog}`}>
      <h1 className="visually-hidden">{texts.navigation.catalog}</h1>
      <aside aria-label={catalogTexts.facets.label} className={styles.facets}>
        {facets}
      </aside>
      <div className={styles.main}>
        <SearchField value={search.q ?? ''} onSearch={type} />
        <CatalogToolbar
          search={search}
          found={first}
          tookMs={first?.tookMs}
          onChange={change}
          onFilters={() => setFiltersOpen(true)}
        />
        {steady.waiting > 0 && (
          <button type="button" className={styles.waiting} onClick={steady.show}>
            {catalogTexts.newRows(steady.waiting)}
          </button>
        )}
        {entries.error && !first && <ErrorState error={entries.error} retry={() => void entries.refetch()} />}
        {entries.isPending && <Skeletons rows={9} height={68} />}
        {first && rows.length === 0 && (
          <EmptyCatalog search={search} total={first.total} registryHost={registryHost} onChange={change} />
        )}
        {first && rows.length > 0 && <EntryTable rows={rows} first={first} q={search.q} registryHost={registryHost} />}
        {entries.hasNextPage && (
          <MoreRows onMore={() => void entries.fetchNextPage()} loading={entries.isFetchingNextPage} />
        )}
        {rows.length > 0 && <Foot />}
      </div>
      {areFiltersOpen && (
        <FilterSheet matching={first?.matching ?? 0} onClose={() => setFiltersOpen(false)}>
          {facets}
        </FilterSheet>
      )}
    </div>
  );
}

function EntryTable(props: {
  readonly rows: readonly EntryRow[];
  readonly first: EntryPage;
  readonly q: string | undefined;
  readonly registryHost: string;
}) {
  const words =
    props.q
      ?.split(/\s+/)
      .map((word) => word.replace(/^\w+:/, ''))
      .filter(Boolean) ?? [];
  const { columns } = catalogTexts;
  return (
    <table className={styles.table} aria-rowcount={props.first.matching + 1}>
      <thead>
        <tr>
          <th scope="col">{columns.image}</th>
          <th scope="col" className={styles.tag}>
            {columns.tag}
          </th>
          <th scope="col">{columns.posture}</th>
          <th scope="col">{columns.support}</th>
          <th scope="col" className={styles.owner}>
            {columns.owner}
          </th>
          <th scope="col">
            <span className="visually-hidden">{columns.copy}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <EntryLine key={row.repository} row={row} words={words} registryHost={props.registryHost} />
        ))}
      </tbody>
    </table>
  );
}

function Foot() {
  const { keys } = catalogTexts;
  return (
    <div className={styles.foot}>
      <p>
        {catalogTexts.notHere} <code>{catalogTexts.bringIn}</code>.
      </p>
      <p className={styles.keys}>
        <kbd>J</kbd> <kbd>K</kbd> {keys.move} <kbd>Enter</kbd> {keys.open} <kbd>C</kbd> {keys.copy}
      </p>
    </div>
  );
}
