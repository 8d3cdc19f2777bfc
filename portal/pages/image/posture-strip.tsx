import { IconFlame } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ImageDetail } from '#model/api-images.ts';
import { gradeMeanings } from '#model/posture.ts';
import { severities } from '#model/severity.ts';
import { formatDate } from '../../format.ts';
import { Grade } from '../../parts/grade.tsx';
import { SeverityBar, SeverityIcon } from '../../parts/severity.tsx';
import { Time, useNow } from '../../parts/time.tsx';
import styles from './posture-strip.module.css';

/** How safe the image is, in one line; stays when tabs change. */
export function PostureStrip({ image }: { readonly image: ImageDetail }) {
  const now = useNow();
  const { posture } = image;
  const report = image.reports.find(({ current, kind }) => current && kind === 'vulnerability');
  const expired = report !== undefined && new Date(report.validUntil) <= now;
  return (
    <section aria-label="Posture" className={styles.strip}>
      <div className={styles.grade}>
        <Grade grade={posture?.grade ?? null} size={56} stale={expired} />
        <p>
          <strong>{posture ? `Grade ${posture.grade}` : 'No grade yet'}</strong>
          <span>{posture ? gradeMeanings[posture.grade] : 'The first scan gives it.'}</span>
        </p>
      </div>
      <div className={styles.findings}>{posture ? <Counts posture={posture} /> : <p>Not scanned yet</p>}</div>
      <dl className={styles.facts}>
        <Fact label="Known exploited" tone={posture?.knownExploited ? 'critical' : undefined}>
          {posture?.knownExploited ? (
            <>
              <IconFlame size={16} stroke={1.75} aria-hidden="true" />
              {posture.knownExploited}
            </>
          ) : (
            noneOr(posture)
          )}
        </Fact>
        <Fact label="Can be fixed" sub={posture && `of ${totalOf(posture.counts)}`}>
          {posture?.fixable ?? '—'}
        </Fact>
        <Fact label="Malware" tone={posture?.malware ? 'critical' : undefined}>
          {posture?.malware ? `${posture.malware} found` : noneOr(posture)}
        </Fact>
        <Fact
          label="Report"
          tone={expired ? 'critical' : undefined}
          sub={report && `${expired ? 'expired' : 'valid until'} ${formatDate(report.validUntil)}`}
        >
          {report ? <Time at={report.createdAt} /> : 'none'}
        </Fact>
      </dl>
    </section>
  );
}

function Counts({ posture }: { readonly posture: NonNullable<ImageDetail['posture']> }) {
  const { counts, accepted } = posture;
  const total = totalOf(counts);
  return (
    <>
      <p className={styles.total}>
        <span>Open findings</span>
        <strong>{total.toLocaleString()}</strong>
      </p>
      {total > 0 && <SeverityBar counts={counts} height={10} />}
      <ul className={styles.counts}>
        {severities
          .filter((severity) => counts[severity] > 0)
          .map((severity) => (
            <li key={severity}>
              <SeverityIcon severity={severity} />
              <strong>{counts[severity]}</strong> {severity}
            </li>
          ))}
        {total === 0 && <li>Nothing open</li>}
        {accepted > 0 && <li>{accepted} accepted, not counted</li>}
      </ul>
    </>
  );
}

function Fact(props: {
  readonly label: string;
  readonly children: ReactNode;
  readonly sub?: string | null | undefined;
  readonly tone?: 'critical' | undefined;
}) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd className={styles.value} data-tone={props.tone}>
        {props.children}
      </dd>
      {props.sub && <dd className={styles.sub}>{props.sub}</dd>}
    </div>
  );
}

const noneOr = (posture: ImageDetail['posture']) => (posture ? 'none' : '—');

function totalOf(counts: NonNullable<ImageDetail['posture']>['counts']): number {
  return severities.map((severity) => counts[severity]).reduce((sum, count) => sum + count, 0);
}
