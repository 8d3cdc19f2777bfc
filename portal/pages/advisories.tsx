import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { AdvisorySourceRow } from '#model/api-work.ts';
import table from '../parts/list-table.module.css';
import { Chip } from '../parts/state-chip.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { keys, oneOptions } from '../queries.ts';
import { useTitle } from '../title.ts';
import { SearchField } from './image/search-field.tsx';

const states: Readonly<
  Record<AdvisorySourceRow['state'], { word: string; tone: 'good' | 'warn' | 'critical' | 'info' | 'plain' }>
> = {
  good: { word: 'Good', tone: 'good' },
  importing: { word: 'Importing', tone: 'info' },
  stale: { word: 'Stale', tone: 'warn' },
  failed: { word: 'Failed', tone: 'critical' },
  never: { word: 'Never read', tone: 'plain' },
};
/** What needs somebody stands first. */
const order: readonly AdvisorySourceRow['state'][] = ['failed', 'stale', 'never', 'importing', 'good'];

/** The feeds and their health; an advisory is opened by its id. */
export function AdvisoriesPage() {
  useTitle('Advisories');
  const { data, error, refetch } = useQuery(
    oneOptions<{ items: AdvisorySourceRow[] }>([...keys.advisories, 'sources'], '/advisories/sources'),
  );
  const rows = data?.items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <div className="page stack">
      <header>
        <h1>Advisories</h1>
        {rows && <p className="muted">{summaryOf(rows)}</p>}
      </header>
      <OpenAdvisory />
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!error && !data && <Skeletons rows={8} />}
      {rows?.length === 0 && (
        <EmptyState title="No advisory source yet">
          <p>
            Set <code>ASSAY_ADVISORIES</code> to a folder or an address of OSV files; until then no image is called
            clean.
          </p>
        </EmptyState>
      )}
      {rows && rows.length > 0 && <SourceTable rows={rows} />}
    </div>
  );
}

function OpenAdvisory() {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim()) void navigate({ to: '/advisories/$id', params: { id: id.trim() } });
  };
  return (
    <form onSubmit={open}>
      <SearchField label="CVE or advisory id" value={id} onChange={setId}>
        <Button type="submit" variant="default">
          Open
        </Button>
      </SearchField>
    </form>
  );
}

function summaryOf(rows: readonly AdvisorySourceRow[]): string {
  const total = rows.reduce((sum, row) => sum + row.advisories, 0).toLocaleString();
  const bad = rows.filter((row) => row.state === 'failed' || row.state === 'stale').length;
  const health =
    bad === 0
      ? 'All sources are good.'
      : `${bad} of ${rows.length} sources need a look; what they held before still counts.`;
  return `${total} advisories. ${health}`;
}

function SourceTable({ rows }: { readonly rows: readonly AdvisorySourceRow[] }) {
  return (
    <div className={table.frame}>
      <table aria-label="Advisory sources">
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">State</th>
            <th scope="col" className={table.right}>
              Advisories
            </th>
            <th scope="col">Read</th>
            <th scope="col">Changed</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="medium">{row.id}</td>
              <td>
                <Chip tone={states[row.state].tone}>{states[row.state].word}</Chip>
                {row.lastError && <p className="tone-critical small">{row.lastError}</p>}
              </td>
              <td className={table.right} data-label="Advisories">
                {row.advisories.toLocaleString()}
              </td>
              <td data-label="Read">{row.refreshedAt ? <Time at={row.refreshedAt} /> : 'never'}</td>
              <td data-label="Changed">{row.changedAt ? <Time at={row.changedAt} /> : '—'}</td>
              <td className={table.faint}>{row.location && <code>{row.location}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
