import { Fragment, useState } from 'react';
import type { EntryDetail } from '#model/api-entries.ts';
import { Panel } from '../../parts/panel.tsx';
import { Segments } from '../../parts/segments.tsx';
import { useNow } from '../../parts/time.tsx';
import { entryTexts as texts } from './entry-texts.ts';
import { TagLaneRow } from './tag-lane-row.tsx';
import { isGone, tagLines } from './tag-lines.ts';
import styles from './tags-panel.module.css';
import { timeAxis } from './time-axis.ts';

const DAY_MS = 86_400_000;

/** All tags by release line, their support on one shared axis. */
export function TagsPanel({ entry }: { readonly entry: EntryDetail }) {
  const [which, setWhich] = useState<'supported' | 'all'>('all');
  const now = useNow();
  const rows = entry.tagRows.filter((row) => which === 'all' || !isGone(row.state));
  const lines = tagLines(rows, entry.recommended?.tag);
  const axis = timeAxis(
    rows.map(({ pushedAt, window }) => ({
      from: Date.parse(pushedAt),
      to: window.endOfLife ? Date.parse(window.endOfLife) : null,
    })),
    // To the day, so that the axis does not tremble.
    Math.floor(now.getTime() / DAY_MS) * DAY_MS,
  );
  const choice = (
    <Segments
      label={texts.whichTags}
      options={[
        { value: 'supported', label: texts.supported },
        { value: 'all', label: texts.all },
      ]}
      value={which}
      onChange={setWhich}
    />
  );
  return (
    <Panel title={texts.tags} sub={texts.tagsSub} actions={choice} flush>
      <table className={styles.tags}>
        <thead className={styles.head}>
          <tr>
            <th scope="col" className={`${styles.headCell} ${styles.tagHead}`}>
              {texts.columns.tag}
            </th>
            <th scope="col" className={`${styles.headCell} ${styles.postureHead}`}>
              {texts.columns.posture}
            </th>
            <th scope="col" className={`${styles.headCell} ${styles.supportHead}`}>
              <span className="visually-hidden">{texts.columns.support}</span>
              <span className={styles.scale} aria-hidden="true">
                {axis.years
                  .filter(({ at }) => Math.abs(at - axis.today) > 7)
                  .map(({ year, at }) => (
                    <span key={year} className={styles.year} style={{ left: `${at}%` }}>
                      {year}
                    </span>
                  ))}
                <strong className={styles.now} style={{ left: `${axis.today}%` }}>
                  {texts.today}
                </strong>
              </span>
            </th>
          </tr>
        </thead>
        <tbody className={styles.body}>
          {lines.map(({ line, tags }) => (
            <Fragment key={line}>
              {lines.length > 1 && (
                <tr className={styles.body}>
                  <th scope="rowgroup" colSpan={3} className={styles.line}>
                    {line ?? texts.otherLine}
                  </th>
                </tr>
              )}
              {tags.map((row) => (
                <TagLaneRow key={row.tag} entry={entry} row={row} axis={axis} now={now} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.none}>{texts.noTags}</p>}
    </Panel>
  );
}
