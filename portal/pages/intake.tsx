import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { useCommandKeys } from '../shortcuts.ts';
import { useTitle } from '../title.ts';
import styles from './intake/intake.module.css';
import { useIntakeQueue } from './intake/intake-queries.ts';
import { IntakeReview } from './intake/intake-review.tsx';
import { QueueList } from './intake/queue-list.tsx';

const filters = [
  { status: '', label: 'All' },
  { status: 'waiting', label: 'Waiting' },
  { status: 'rejected', label: 'Rejected' },
  { status: 'cataloged', label: 'Cataloged' },
] as const;

/** The queue and the chosen verdict side by side; on a phone two pages. */
export function IntakePage() {
  const { id } = useParams({ strict: false });
  const [status, setStatus] = useState('');
  const queue = useIntakeQueue(status);
  const navigate = useNavigate();
  const rows = queue.rows ?? [];
  const shown = id ?? rows[0]?.id;
  const at = rows.findIndex((row) => row.id === shown);
  const open = (step: number) => {
    const next = rows[at + step];
    if (next) void navigate({ to: '/intake/$id', params: { id: next.id }, replace: true });
    return next !== undefined;
  };
  useCommandKeys((key) => {
    if (key === 'j') return open(1);
    return key === 'k' ? open(-1) : false;
  });
  useTitle(rows[at] && `${rows[at].repository}:${rows[at].tag}`, 'Intake');
  return (
    <div className={`page ${styles.page}`} data-chosen={id !== undefined || undefined}>
      <header className={styles.head}>
        <h1>Intake</h1>
        <fieldset className={styles.filters} aria-label="Show">
          {filters.map((filter) => (
            <button
              key={filter.status}
              type="button"
              aria-pressed={status === filter.status}
              onClick={() => setStatus(filter.status)}
            >
              {filter.label}
              {filter.status === 'waiting' && queue.waiting > 0 && ` ${queue.waiting}`}
            </button>
          ))}
        </fieldset>
        <p className={styles.keys}>
          <kbd>J</kbd> <kbd>K</kbd> next, previous <kbd>A</kbd> approve <kbd>R</kbd> reject
        </p>
      </header>
      {queue.error && !queue.rows ? (
        <ErrorState error={queue.error} retry={queue.retry} />
      ) : (
        <div className={styles.sides}>
          <div className={styles.queue}>
            {queue.rows ? <Queue queue={queue} shown={shown} status={status} /> : <Skeletons rows={6} height={72} />}
          </div>
          <div className={styles.review}>
            <Link to="/intake" className={styles.back}>
              {rows[at]?.status === 'waiting' ? `Intake, ${at + 1} of ${queue.waiting} waiting` : 'Intake'}
            </Link>
            {shown !== undefined && <IntakeReview key={shown} id={shown} rows={rows} />}
          </div>
        </div>
      )}
    </div>
  );
}

function Queue(props: {
  readonly queue: ReturnType<typeof useIntakeQueue>;
  readonly shown: string | undefined;
  readonly status: string;
}) {
  const { rows = [], more } = props.queue;
  if (rows.length === 0)
    return (
      <EmptyState title={props.status === 'waiting' ? 'Nothing waits for you' : 'Nothing here yet'}>
        <p>
          What is pushed to <code>staging/</code> appears here, with its verdict.
        </p>
      </EmptyState>
    );
  return <QueueList rows={rows} shown={props.shown} more={more} />;
}
