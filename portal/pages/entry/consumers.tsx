import type { EntryDetail } from '#model/api-entries.ts';
import { formatCount, formatDate } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { supportTone } from '../../parts/support-bar.tsx';
import { Time, useNow } from '../../parts/time.tsx';
import styles from './consumers.module.css';
import { entryTexts as texts } from './entry-texts.ts';
import { moveBefore } from './move-before.ts';

/** Who pulls it; who must move first stands first. */
export function Consumers({ entry }: { readonly entry: EntryDetail }) {
  const now = useNow();
  const rows = entry.consumers
    .map((consumer) => ({ ...consumer, move: moveBefore(entry, consumer.tags) }))
    .sort((a, b) => (a.move ?? '9999').localeCompare(b.move ?? '9999') || b.pulls - a.pulls);
  const most = Math.max(...rows.map(({ pulls }) => pulls), 1);
  const { consumerColumns: columns } = texts;
  if (rows.length === 0) {
    return (
      <Panel title={texts.consumers}>
        <p className="muted">{texts.noConsumers}</p>
      </Panel>
    );
  }
  return (
    <Panel title={texts.consumers} sub={texts.consumersSub} flush>
      <table className={styles.consumers}>
        <thead>
          <tr>
            <th scope="col">{columns.who}</th>
            <th scope="col">{columns.tags}</th>
            <th scope="col" className={styles.pulls}>
              {columns.pulls}
            </th>
            <th scope="col">{columns.last}</th>
            <th scope="col">{columns.move}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ principal, kind, tags, pulls, lastPullAt, move }) => (
            <tr key={principal}>
              <th scope="row">
                {principal} <span className={styles.kind}>{kind}</span>
              </th>
              <td className={styles.tags}>{tags.length > 0 ? tags.join(', ') : texts.none}</td>
              <td className={styles.pulls}>
                <span className={styles.bar} aria-hidden="true">
                  <span className={styles.pullsPart} style={{ width: `${(100 * pulls) / most}%` }} />
                </span>
                {formatCount(pulls)}
              </td>
              <td>
                <Time at={lastPullAt} />
              </td>
              <td data-tone={move && toneOf(move, now)} className={styles.move}>
                {move ? formatDate(move) : texts.none}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function toneOf(endOfLife: string, now: Date): string {
  return supportTone({ known: true, endOfLife, decidedBy: null, dates: [] }, now);
}
