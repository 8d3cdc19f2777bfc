import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobPage, JobRow, ScheduleRow } from '#model/api-work.ts';
import { announce } from '../announce.ts';
import { request } from '../client.ts';
import { formatDuration } from '../format.ts';
import table from '../parts/list-table.module.css';
import { Panel } from '../parts/panel.tsx';
import { Segments } from '../parts/segments.tsx';
import { Chip } from '../parts/state-chip.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { keys, meOptions, oneOptions, pagedOptions } from '../queries.ts';
import { useTitle } from '../title.ts';

type Wanted = '' | JobRow['state'];
const filters: readonly { value: Wanted; label: string }[] = [
  { value: '', label: 'All' },
  { value: 'running', label: 'Running' },
  { value: 'queued', label: 'Queued' },
  { value: 'failed', label: 'Failed' },
  { value: 'done', label: 'Done' },
];
const tones = {
  queued: 'plain',
  running: 'info',
  done: 'good',
  failed: 'critical',
  retrying: 'warn',
  cancelled: 'plain',
} as const;

/** What works in the background now, and what starts by itself. */
export function JobsPage() {
  useTitle('Jobs');
  const [state, setState] = useState<Wanted>('');
  const jobs = useInfiniteQuery({
    ...pagedOptions<JobPage>(keys.jobs, '/jobs', { state }),
    // Steps of a running job are no events.
    refetchInterval: ({ state: { data } }) => (data?.pages.some(hasRunning) ? 3000 : false),
  });
  const rows = jobs.data?.pages.flatMap((page) => page.items);
  return (
    <div className="page stack">
      <header className="spread">
        <h1>Jobs</h1>
        <Segments label="Show" options={filters} value={state} onChange={setState} />
      </header>
      {jobs.error && !rows && <ErrorState error={jobs.error} retry={() => void jobs.refetch()} />}
      {!jobs.error && !rows && <Skeletons rows={8} />}
      {rows?.length === 0 && (
        <EmptyState title={state ? `Nothing is ${state}` : 'No jobs yet'}>
          <p>Pushes, scans and refreshes appear here while they work and after.</p>
        </EmptyState>
      )}
      {rows && rows.length > 0 && <JobTable rows={rows} />}
      {jobs.hasNextPage && (
        <Button variant="default" onClick={() => void jobs.fetchNextPage()} loading={jobs.isFetchingNextPage}>
          Show older
        </Button>
      )}
      <Schedules />
    </div>
  );
}

const hasRunning = (page: JobPage) => page.items.some((job) => job.state === 'running');

function JobTable({ rows }: { readonly rows: readonly JobRow[] }) {
  return (
    <div className={table.frame}>
      <table aria-label="Jobs">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Job</th>
            <th scope="col">Subject</th>
            <th scope="col">Now, or what went wrong</th>
            <th scope="col">Queued</th>
            <th scope="col" className={table.right}>
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((job) => (
            <tr key={job.id}>
              <td>
                <Chip tone={tones[job.state]}>{job.state}</Chip>
              </td>
              <td>
                {job.name}
                {job.class && <span className={table.faint}> {job.class}</span>}
              </td>
              <td data-empty={job.subject ? undefined : ''}>{job.subject ? <code>{job.subject}</code> : '—'}</td>
              <td
                className={job.error ? 'tone-critical' : undefined}
                data-empty={job.error || job.step ? undefined : ''}
              >
                {job.error ?? (job.step || '—')}
              </td>
              <td data-label="Queued">
                <Time at={job.createdAt} />
              </td>
              <td className={table.right} data-label="Took" data-empty={job.finishedAt ? undefined : ''}>
                {durationOf(job)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function durationOf({ startedAt, finishedAt }: JobRow): string {
  return startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '—';
}

function Schedules() {
  const { data, error, refetch } = useQuery(oneOptions<{ items: ScheduleRow[] }>(keys.schedules, '/schedules'));
  return (
    <Panel title="Schedules" sub="What starts by itself." flush>
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!error && !data && <Skeletons rows={3} />}
      {data && (
        <div className={table.inPanel}>
          <table aria-label="Schedules">
            <thead>
              <tr>
                <th scope="col">Schedule</th>
                <th scope="col">When</th>
                <th scope="col">Last</th>
                <th scope="col">Result</th>
                <th scope="col">Took</th>
                <th scope="col">Next</th>
                <th scope="col">
                  <span className="visually-hidden">Run</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((schedule) => (
                <ScheduleLine key={schedule.name} schedule={schedule} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function ScheduleLine({ schedule }: { readonly schedule: ScheduleRow }) {
  return (
    <tr>
      <td className="medium">{schedule.title}</td>
      <td>
        <code>{schedule.cron}</code>
      </td>
      <td data-label="Last">{schedule.lastStartedAt ? <Time at={schedule.lastStartedAt} /> : 'never'}</td>
      <td data-empty={schedule.lastResult ? undefined : ''}>{schedule.lastResult ?? '—'}</td>
      <td data-label="Took" data-empty={schedule.lastDurationMs === null ? '' : undefined}>
        {schedule.lastDurationMs === null ? '—' : formatDuration(schedule.lastDurationMs)}
      </td>
      <td data-label="Next">{schedule.nextAt ? <Time at={schedule.nextAt} form="exact" /> : '—'}</td>
      <td className={table.right}>
        <RunButton schedule={schedule} />
      </td>
    </tr>
  );
}

/** Starts a schedule beside its times; only for those who may. */
function RunButton({ schedule }: { readonly schedule: ScheduleRow }) {
  const { data: me } = useQuery(meOptions);
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: () => request(`/schedules/${encodeURIComponent(schedule.name)}/run`, { method: 'POST' }),
    onSuccess: () => {
      announce(`${schedule.title} is queued.`);
      return queries.invalidateQueries({ queryKey: keys.jobs });
    },
  });
  if (!me?.permissions.includes('advisories.refresh')) return null;
  if (run.error) return <span className="tone-critical">{run.error.message}</span>;
  return (
    <Button
      variant="default"
      size="xs"
      aria-label={`Run now: ${schedule.title}`}
      loading={run.isPending}
      onClick={() => run.mutate()}
    >
      Run now
    </Button>
  );
}
