import { Link } from '@tanstack/react-router';
import { addDays } from '#kernel/clock.ts';
import type { EntryDetail, TagRow } from '#model/api-entries.ts';
import { formatDate } from '../../format.ts';
import { Grade } from '../../parts/grade.tsx';
import { Hint } from '../../parts/hint.tsx';
import { SeverityCounts } from '../../parts/severity.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { supportSentence, supportTone } from '../../parts/support-bar.tsx';
import { entryTexts as texts } from './entry-texts.ts';
import { isGone } from './tag-lines.ts';
import styles from './tags-panel.module.css';
import type { TimeAxis } from './time-axis.ts';

interface TagLaneRowProps {
  readonly entry: EntryDetail;
  readonly row: TagRow;
  readonly axis: TimeAxis;
  readonly now: Date;
}

/** One tag: its name and state, its posture, and its support on the shared axis. */
export function TagLaneRow({ entry, row, axis, now }: TagLaneRowProps) {
  const isBest = row.tag === entry.recommended?.tag;
  const detail = row.reason ? texts.since(row.reason, formatDate(row.since)) : row.distribution;
  return (
    <tr className={styles.row}>
      <th scope="row" className={styles.tagCell}>
        <span className={styles.name}>
          <Link
            to="/images/$digest"
            params={{ digest: row.digest }}
            search={{ via: `${entry.repository}:${row.tag}` }}
            className={styles.tag}
            data-gone={isGone(row.state) || undefined}
          >
            {row.tag}
          </Link>
          {isBest && <span className={styles.best}>{texts.recommended}</span>}
          {row.state !== 'approved' && <StateChip state={row.state} />}
        </span>
        {detail && <span className={styles.detail}>{detail}</span>}
      </th>
      <td className={styles.postureCell}>
        <span className={styles.posture}>
          <Grade grade={row.posture?.grade ?? null} size={20} />
          <span className={styles.counts}>
            <SeverityCounts posture={row.posture} />
          </span>
        </span>
      </td>
      <td className={styles.supportCell}>
        <Lane entry={entry} row={row} axis={axis} now={now} />
      </td>
    </tr>
  );
}

/** When the deprecated part begins: since it is, or as the entry's policy says; null when nobody says. */
function deprecatedFrom({ support }: EntryDetail, { state, since, window }: TagRow): number | null {
  if (state === 'deprecated') return Date.parse(since);
  if (!window.endOfLife || support.deprecateDaysBefore === null) return null;
  return addDays(new Date(window.endOfLife), -support.deprecateDaysBefore).getTime();
}

function Lane({ entry, row, axis, now }: TagLaneRowProps) {
  const { endOfLife } = row.window;
  const start = axis.place(Date.parse(row.pushedAt));
  const end = axis.place(endOfLife ? Date.parse(endOfLife) : now.getTime());
  const hatched = deprecatedFrom(entry, row);
  const solidEnd = hatched === null ? end : Math.min(end, Math.max(start, axis.place(hatched)));
  const label = endOfLife ? formatDate(endOfLife) : texts.noEnd;
  return (
    <span className={styles.lane} data-tone={isGone(row.state) ? 'ended' : supportTone(row.window, now)}>
      {axis.years.map(({ year, at }) => (
        <span key={year} className={styles.tick} style={{ left: `${at}%` }} />
      ))}
      <span className={styles.today} style={{ left: `${axis.today}%` }} />
      <span className={styles.solid} style={{ left: `${start}%`, width: `${Math.max(0.6, solidEnd - start)}%` }} />
      {solidEnd < end && (
        <span className={styles.hatched} style={{ left: `${solidEnd}%`, width: `${end - solidEnd}%` }} />
      )}
      <span className={styles.end} style={{ left: `${end}%` }}>
        <Hint text={supportSentence(row.window, now)} focusable>
          <span>{label}</span>
        </Hint>
      </span>
    </span>
  );
}
