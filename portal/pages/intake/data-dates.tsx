import { formatDateTime } from '../../format.ts';
import styles from './data-dates.module.css';

/** How old the data is that a verdict rests on. */
export function DataDates({ dates }: { readonly dates: Readonly<Record<string, string>> }) {
  const rows = Object.entries(dates).sort(([a], [b]) => a.localeCompare(b, 'en'));
  if (rows.length === 0) return null;
  return (
    <details className={styles.dates}>
      <summary>The data that this verdict rests on</summary>
      <dl>
        {rows.map(([source, at]) => (
          <div key={source}>
            <dt>{source}</dt>
            <dd>{formatDateTime(at)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
