import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Failure } from './failure.tsx';
import './loaded.css';

interface LoadedProps<T> {
  readonly query: UseQueryResult<T> | UseInfiniteQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  readonly skeleton?: ReactNode;
  readonly small?: boolean;
  readonly missing?: { readonly title: string; readonly body: string };
}

/** Old data stays readable; without any: nothing for a moment, then the skeleton, or what failed. */
export function Loaded<T>({ query, children, skeleton, small = false, missing }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => query.refetch()} small={small} missing={missing} />;
  return (
    <div className="loading" aria-busy="true">
      <span className="visually-hidden">{texts.loading}</span>
      {skeleton ?? <Bones rows={small ? 3 : 6} />}
    </div>
  );
}

/** Grey lines with the geometry of rows. */
export function Bones({ rows, height = 44 }: { rows: number; height?: number }) {
  return (
    <div className="bones" aria-hidden="true">
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <div key={at} className="bones-row" style={{ height }}>
          <span className="bone" style={{ width: `${24 + ((at * 7) % 14)}%` }} />
          <span className="bone" style={{ width: '14%' }} />
          <span className="bone" style={{ width: '18%' }} />
        </div>
      ))}
    </div>
  );
}
