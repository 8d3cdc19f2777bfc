import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RepositoryState } from '#model/api-images.ts';
import type { SupportWindow, WindowSource } from '#model/lifecycle.ts';
import { daysUntil, formatDate } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { ErrorState, Skeletons } from '../../parts/states.tsx';
import { useNow } from '../../parts/time.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { meOptions } from '../../queries.ts';
import { useAllHistory } from './image-queries.ts';
import type { ImageTabProps } from './image-tabs.ts';
import { pastOf, planOf } from './lifecycle-plan.ts';
import { LifecycleSheet, type LifecycleVerb } from './lifecycle-sheet.tsx';
import styles from './lifecycle-tab.module.css';

/** Every source, also one that says nothing, in this order. */
const sources: readonly { readonly source: WindowSource; readonly title: string }[] = [
  { source: 'distribution', title: 'Distribution release' },
  { source: 'runtime', title: 'Main runtime' },
  { source: 'artifact', title: 'Publisher’s lifecycle artifact' },
  { source: 'owner', title: 'Owner’s policy' },
];

/** The bars reach so far back from the latest date. */
const SPAN_DAYS = 1461;

export function LifecycleTab({ image, digest, place, name }: ImageTabProps) {
  const history = useAllHistory(digest);
  const now = useNow();
  const plan = planOf(image, place, now);
  const past = pastOf(history.items ?? [], place?.repository);
  return (
    <div className={styles.sides}>
      <Panel
        title={titleOf(image.window, now)}
        sub={image.window.endOfLife ? 'The earliest of these dates counts.' : undefined}
        actions={place && <Decisions digest={digest} name={name} place={place} />}
      >
        <SourceTable window={image.window} now={now} />
      </Panel>
      <Panel title="History and plan">
        {history.error && !history.items ? (
          <ErrorState error={history.error} retry={history.retry} />
        ) : history.items ? (
          <Timeline items={[...plan, ...past]} />
        ) : (
          <Skeletons rows={4} />
        )}
        {history.items?.length === 0 && plan.length === 0 && <p className="muted">Nothing has happened yet.</p>}
      </Panel>
    </div>
  );
}

function SourceTable({ window, now }: { readonly window: SupportWindow; readonly now: Date }) {
  return (
    <table className={styles.sources}>
      <caption className="visually-hidden">Sources of the end date</caption>
      <tbody>
        {sources.flatMap(({ source, title }) => {
          const dates = window.dates.filter((date) => date.source === source);
          const rows = dates.length > 0 ? dates : [{ source, subject: 'says nothing', endOfLife: null }];
          return rows.map((date) => {
            const counts = date.endOfLife !== null && isSame(date, window.decidedBy);
            return (
              <tr key={`${source} ${date.subject}`}>
                <th scope="row">
                  {title}
                  <span>{date.subject}</span>
                </th>
                <td className={styles.bar} aria-hidden="true">
                  <span data-counts={counts || undefined}>
                    {date.endOfLife && <span style={{ width: `${elapsed(date.endOfLife, now)}%` }} />}
                  </span>
                </td>
                <td className={styles.date}>
                  {date.endOfLife ? formatDate(date.endOfLife) : <span className="faint">no date</span>}
                  {counts && <strong>counts</strong>}
                </td>
              </tr>
            );
          });
        })}
      </tbody>
    </table>
  );
}

type SupportDate = SupportWindow['dates'][number];
function isSame(date: SupportDate, other: SupportDate | null): boolean {
  return other?.source === date.source && other.subject === date.subject;
}

function elapsed(endOfLife: string, now: Date): number {
  return Math.max(3, Math.min(100, 100 - (daysUntil(endOfLife, now) / SPAN_DAYS) * 100));
}

function titleOf(window: SupportWindow, now: Date): string {
  if (window.endOfLife)
    return `${daysUntil(window.endOfLife, now) > 0 ? 'Supported until' : 'Support ended on'} ${formatDate(window.endOfLife)}`;
  return window.known ? 'No end of support is known' : 'The support window is unknown';
}

const verbsOf: Readonly<Record<RepositoryState['state'], readonly LifecycleVerb[]>> = {
  staged: [],
  rejected: [],
  removed: [],
  quarantined: [],
  approved: ['extend', 'retire'],
  deprecated: ['extend', 'retire'],
  retired: ['restore'],
};
const labels: Readonly<Record<LifecycleVerb, string>> = { extend: 'Extend…', retire: 'Retire…', restore: 'Restore…' };

/** What a curator may do with the image in this repository; nothing for others. */
function Decisions(props: { readonly digest: string; readonly name: string; readonly place: RepositoryState }) {
  const { data: me } = useQuery(meOptions);
  const [verb, setVerb] = useState<LifecycleVerb>();
  if (!me?.permissions.includes('lifecycle.decide')) return null;
  return (
    <>
      {verbsOf[props.place.state].map((each) => (
        <Button key={each} variant="default" onClick={() => setVerb(each)}>
          {labels[each]}
        </Button>
      ))}
      {verb && <LifecycleSheet {...props} verb={verb} onClose={() => setVerb(undefined)} />}
    </>
  );
}
