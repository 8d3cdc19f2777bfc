import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { queryString } from '../client.ts';
import { ErrorState, Skeletons } from '../parts/states.tsx';
import { oneOptions } from '../queries.ts';

/** A tag has no page of its own: its address leads to the digest's, which keeps where the reader came from. */
export function ReferencePage() {
  const { _splat: reference = '' } = useParams({ from: '/images/$' });
  const resolved = useQuery(
    oneOptions<{ digest: string; repository: string; tag: string | null }>(
      ['images', 'resolve', reference],
      `/resolve${queryString({ reference })}`,
    ),
  );
  if (resolved.data)
    return (
      <Navigate to="/images/$digest" params={{ digest: resolved.data.digest }} search={{ via: reference }} replace />
    );
  return (
    <div className="page">
      {resolved.error ? <ErrorState error={resolved.error} retry={() => void resolved.refetch()} /> : <Skeletons />}
    </div>
  );
}
