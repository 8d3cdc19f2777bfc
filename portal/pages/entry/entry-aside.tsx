import { Link } from '@tanstack/react-router';
import type { EntryDetail } from '#model/api-entries.ts';
import type { ImageDetail } from '#model/api-images.ts';
import { formatDate } from '../../format.ts';
import { Hallmark } from '../../parts/hallmark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Time, useNow } from '../../parts/time.tsx';
import { comingEnds } from './coming-ends.ts';
import styles from './entry-aside.module.css';
import { entryTexts as texts } from './entry-texts.ts';

interface EntryAsideProps {
  readonly entry: EntryDetail;
  readonly image: ImageDetail | undefined;
}

/** The hallmark of what is recommended, what comes next, and the plain facts. */
export function EntryAside({ entry, image }: EntryAsideProps) {
  const best = entry.recommended;
  const report = image?.reports.find(({ current, kind }) => current && kind === 'vulnerability');
  return (
    <aside className="stack">
      {best && (
        <Panel title="Hallmark">
          <Hallmark
            owner={entry.owner}
            source={image?.origin?.reference ?? null}
            posture={best.posture}
            signature={report?.signature ?? null}
            scannedAt={image?.scannedAt ?? best.reportedAt}
            nextScanAt={image?.nextScanAt ?? null}
          />
          <p className={styles.foot}>
            <Link
              to="/images/$digest/reports"
              params={{ digest: best.digest }}
              search={{ via: `${entry.repository}:${best.tag}` }}
              className="gold-link"
            >
              {texts.check}
            </Link>
          </p>
        </Panel>
      )}
      <ComingEnds entry={entry} />
      <Facts entry={entry} />
    </aside>
  );
}

function ComingEnds({ entry }: { readonly entry: EntryDetail }) {
  const ends = comingEnds(entry, useNow());
  return (
    <Panel title={texts.next}>
      {ends.length === 0 && <p className="muted">{texts.nothingNext}</p>}
      <ul className={styles.ends}>
        {ends.map(({ day, subject, tags, tone }) => (
          <li key={day + subject} data-tone={tone}>
            <strong>{formatDate(day)}</strong>
            <span>
              {texts.ends(subject)}: <span className="mono">{tags.join(', ')}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Facts({ entry }: { readonly entry: EntryDetail }) {
  const { recommended: best, categories, tags, updatedAt, support } = entry;
  return (
    <Panel title={texts.facts}>
      <dl className={styles.facts}>
        <dt>{texts.platforms}</dt>
        <dd>{best?.platforms.join(', ') || texts.none}</dd>
        <dt>{texts.distribution}</dt>
        <dd>{best?.distribution ?? texts.none}</dd>
        <dt>{texts.categories}</dt>
        <dd>{categories.join(', ') || texts.none}</dd>
        <dt>{texts.tagCount}</dt>
        <dd>{tags}</dd>
        {support.endOfLife && (
          <>
            <dt>{texts.ownerEnd}</dt>
            <dd>{formatDate(support.endOfLife)}</dd>
          </>
        )}
        <dt>{texts.changed}</dt>
        <dd>
          <Time at={updatedAt} />
        </dd>
      </dl>
    </Panel>
  );
}
