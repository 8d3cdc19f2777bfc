import { IconCircleDashed, IconLoader2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { IntakeRow } from '#model/api-intake.ts';
import { OutcomeMark } from '../../parts/reasons.tsx';
import { Time } from '../../parts/time.tsx';
import { isUnderWay, markOf, statusNames } from './intake-order.ts';
import styles from './queue-list.module.css';

interface QueueListProps {
  readonly rows: readonly IntakeRow[];
  readonly shown: string | undefined;
  readonly more: (() => void) | undefined;
}

export function QueueList({ rows, shown, more }: QueueListProps) {
  return (
    <nav aria-label="Queue">
      <ul>
        {rows.map((row) => (
          <li key={row.id} className={styles.item}>
            <Link to="/intake/$id" params={{ id: row.id }} aria-current={row.id === shown ? 'true' : undefined}>
              <Mark row={row} />
              <span className={styles.text}>
                <span className={styles.first}>
                  <span className={styles.name}>
                    <strong>{nameOf(row.repository)}</strong> <code>{row.tag}</code>
                  </span>
                  <span className={styles.time}>
                    <Time at={row.pushedAt} />
                  </span>
                </span>
                <span className={styles.reason}>{lineOf(row)}</span>
                <span className={styles.by}>{row.pushedBy}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" className={styles.more} onClick={more}>
          Show older
        </button>
      )}
    </nav>
  );
}

function Mark({ row }: { readonly row: IntakeRow }) {
  const outcome = markOf[row.status];
  if (outcome) return <OutcomeMark outcome={outcome} />;
  const Icon = row.status === 'running' ? IconLoader2 : IconCircleDashed;
  return (
    <span className={styles.running} aria-hidden="true">
      <Icon size={14} stroke={2} />
    </span>
  );
}

/** The reason that stands first; while it is under way, what is done now. */
function lineOf(row: IntakeRow): string {
  if (isUnderWay(row.status)) return row.step || statusNames[row.status];
  return row.summary || row.step || statusNames[row.status];
}

/** Without the namespace, which is the same for all. */
function nameOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
