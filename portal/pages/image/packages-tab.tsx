import { useDeferredValue, useMemo, useState } from 'react';
import type { PackageRow } from '#model/api-images.ts';
import table from '../../parts/list-table.module.css';
import { EmptyState, ErrorState, Skeletons } from '../../parts/states.tsx';
import { useAllPackages } from './image-queries.ts';
import type { ImageTabProps } from './image-tabs.ts';
import { SearchField } from './search-field.tsx';
import styles from './tab.module.css';

const STEP = 100;

export function PackagesTab({ digest, platform }: ImageTabProps) {
  const packages = useAllPackages(digest, platform);
  const [words, setWords] = useState('');
  const [shown, setShown] = useState(STEP);
  const wanted = useDeferredValue(words);
  const matching = useMemo(
    () => (packages.items ?? []).filter((row) => matches(row, wanted)),
    [packages.items, wanted],
  );
  if (packages.error && !packages.items) return <ErrorState error={packages.error} retry={packages.retry} />;
  if (!packages.items) return <Skeletons rows={8} />;
  if (packages.items.length === 0 && !packages.growing)
    return (
      <EmptyState title="No packages">
        <p>No cataloger found a package in this image, or it was not scanned yet.</p>
      </EmptyState>
    );
  return (
    <>
      <SearchField label="Package, version or path" value={words} onChange={setWords}>
        {`${matching.length.toLocaleString()} of ${packages.items.length.toLocaleString()}${packages.growing ? ' so far' : ''}`}
      </SearchField>
      {matching.length > 0 ? (
        <PackageTable rows={matching.slice(0, shown)} />
      ) : (
        <EmptyState title="No package matches">
          <p>Nothing is called “{words}”.</p>
        </EmptyState>
      )}
      {matching.length > shown && (
        <button type="button" className={`plain link ${styles.note}`} onClick={() => setShown(shown + STEP)}>
          Show {Math.min(STEP, matching.length - shown)} more
        </button>
      )}
      {packages.cut && <p className={styles.note}>Only the first {packages.items.length} packages are shown.</p>}
    </>
  );
}

function PackageTable({ rows }: { readonly rows: readonly PackageRow[] }) {
  return (
    <div className={table.frame}>
      <table aria-label="Packages">
        <thead>
          <tr>
            <th scope="col">Package</th>
            <th scope="col">Version</th>
            <th scope="col">Ecosystem</th>
            <th scope="col">Where</th>
            <th scope="col" className={table.right}>
              Findings
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.purl} ${row.name} ${row.version} ${row.ecosystem} ${row.locations[0]?.path}`}>
              <td className="medium">{row.name}</td>
              <td>
                <code>{row.version || '—'}</code>
              </td>
              <td>{row.ecosystem || 'unknown'}</td>
              <td>
                <code>{row.locations[0]?.path ?? '—'}</code>
                {row.locations.length > 1 && <span className={table.faint}> and {row.locations.length - 1} more</span>}
                {row.ownedBy && <span className={table.faint}> part of {row.ownedBy}</span>}
              </td>
              <td className={table.right} data-label="Findings">
                {row.findings}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function matches(row: PackageRow, words: string): boolean {
  const text = [row.name, row.version, row.ecosystem, row.source ?? '', ...row.locations.map(({ path }) => path)]
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
