import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { IntakeDetail, IntakeRow } from '#model/api-intake.ts';
import { formatDateTime } from '../../format.ts';
import { DigestChip } from '../../parts/digest-chip.tsx';
import { Grade } from '../../parts/grade.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { SeverityCounts } from '../../parts/severity.tsx';
import { Chip } from '../../parts/state-chip.tsx';
import { ErrorState, Skeletons } from '../../parts/states.tsx';
import { SupportBar } from '../../parts/support-bar.tsx';
import { Time } from '../../parts/time.tsx';
import { DataDates } from './data-dates.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { isUnderWay, markOf, newerPush, statusNames } from './intake-order.ts';
import { useIntakeDetail } from './intake-queries.ts';
import styles from './intake-review.module.css';
import { verdictHeading } from './verdict-heading.ts';

interface IntakeReviewProps {
  readonly id: string;
  /** The queue as it is listed: where the next one and a newer push are found. */
  readonly rows: readonly IntakeRow[];
}

/** One push with its verdict, and what a curator decides about it. */
export function IntakeReview({ id, rows }: IntakeReviewProps) {
  const { data: intake, error, refetch } = useIntakeDetail(id);
  if (error && !intake) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!intake)
    return (
      <div className={styles.frame}>
        <Skeletons rows={9} />
      </div>
    );
  const newer = newerPush(intake, rows);
  const waiting = rows.filter((row) => row.status === 'waiting');
  const next = waiting.find((row) => row.id !== id);
  return (
    <article className={styles.frame} aria-labelledby="intake-name">
      {(newer || intake.status === 'superseded') && <Superseded newer={newer} />}
      <Head intake={intake} />
      <Facts intake={intake} />
      <div className={styles.verdict}>
        {intake.verdict ? (
          <>
            <h3 className={styles.heading}>{verdictHeading(intake.verdict.results)}</h3>
            <Reasons results={intake.verdict.results} />
            <DataDates dates={intake.verdict.dataDates} />
          </>
        ) : (
          <NoVerdict intake={intake} />
        )}
      </div>
      {intake.decidedAt && (
        <p className={styles.decided}>
          {statusNames[intake.status]} by {intake.decidedBy ?? 'the gate'}, {formatDateTime(intake.decidedAt)}.{' '}
          {intake.decisionReason}
        </p>
      )}
      {intake.mayDecide && <DecisionBar intake={intake} next={next?.id} />}
    </article>
  );
}

function Superseded({ newer }: { readonly newer: IntakeRow | undefined }) {
  return (
    <p className={styles.superseded} role="status">
      <IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />
      <span>
        A newer push replaced this tag; here stands the older digest.{' '}
        {newer && (
          <Link to="/intake/$id" params={{ id: newer.id }} className="link">
            Open the newer push
          </Link>
        )}
      </span>
    </p>
  );
}

const tones = { pass: 'good', fail: 'critical', open: 'warn', accepted: 'info' } as const;

function Head({ intake }: { readonly intake: IntakeDetail }) {
  const slash = intake.repository.indexOf('/') + 1;
  const mark = markOf[intake.status];
  const isYours = intake.status === 'waiting' && intake.mayDecide;
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h2 id="intake-name" tabIndex={-1}>
          <span className="muted">{intake.repository.slice(0, slash)}</span>
          <strong>{intake.repository.slice(slash)}</strong>:<code>{intake.tag}</code>
        </h2>
        <Chip tone={mark ? tones[mark] : 'info'}>{isYours ? 'Waits for you' : statusNames[intake.status]}</Chip>
      </div>
      <div className={styles.facts}>
        <DigestChip digest={intake.digest} />
        <span>
          pushed by <strong>{intake.pushedBy}</strong>
        </span>
        <Time at={intake.pushedAt} />
        {intake.platforms.length > 0 && (
          <span>{intake.platforms.map(({ platform }) => platform.replace(/^linux\//, '')).join(', ')}</span>
        )}
        <Link
          to="/images/$digest"
          params={{ digest: intake.digest }}
          search={{ via: `${intake.repository}:${intake.tag}` }}
          className="link"
        >
          Findings and packages
        </Link>
      </div>
    </header>
  );
}

function Facts({ intake }: { readonly intake: IntakeDetail }) {
  return (
    <dl className={styles.strip}>
      <div>
        <dt>Posture</dt>
        <dd className={styles.posture}>
          <Grade grade={intake.posture?.grade ?? null} size={24} />
          <SeverityCounts posture={intake.posture} />
        </dd>
      </div>
      <div>
        <dt>Supported until</dt>
        <dd>
          <SupportBar window={intake.window} />
        </dd>
      </div>
      <div>
        <dt>{intake.status === 'cataloged' ? 'Became' : 'Will become'}</dt>
        <dd>
          <code>{intake.target}</code>
        </dd>
      </div>
    </dl>
  );
}

function NoVerdict({ intake }: { readonly intake: IntakeDetail }) {
  return (
    <>
      <h3 className={styles.heading}>
        {isUnderWay(intake.status) ? 'The verdict is being made' : 'There is no verdict'}
      </h3>
      <p className="muted">{intake.step || intake.summary || statusNames[intake.status]}</p>
    </>
  );
}
