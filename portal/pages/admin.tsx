import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { UserRow } from '#model/api-access.ts';
import type { AuditRow } from '#model/api-work.ts';
import table from '../parts/list-table.module.css';
import { RouteTabs } from '../parts/route-tabs.tsx';
import { Chip } from '../parts/state-chip.tsx';
import { EmptyState, ErrorState, Skeletons } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { pagedOptions } from '../queries.ts';
import { useTitle } from '../title.ts';

const tabs = [
  { id: 'access', label: 'Users and roles', to: '/admin/access' },
  { id: 'audit', label: 'Audit log', to: '/admin/audit' },
  { id: 'jobs', label: 'Jobs and schedules', to: '/admin/jobs' },
] as const;

/** Who may what, and who did what. */
export function AdminPage() {
  const { section = 'access' } = useParams({ strict: false });
  const tab = tabs.find(({ id }) => id === section) ?? tabs[0];
  useTitle(tab.label);
  return (
    <div className="page stack">
      <h1>Admin</h1>
      <RouteTabs label="Admin" tabs={tabs} current={tab.id} />
      {tab.id === 'audit' ? <AuditList /> : <UserList />}
    </div>
  );
}

interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

function UserList() {
  const users = useInfiniteQuery(pagedOptions<Page<UserRow>>(['users'], '/users', { limit: 100 }));
  const rows = users.data?.pages.flatMap((page) => page.items);
  if (users.error && !rows) return <ErrorState error={users.error} retry={() => void users.refetch()} />;
  if (!rows) return <Skeletons rows={6} />;
  return (
    <>
      <p className="muted measure">
        Users are made and changed with <code>assay users</code>; every change stands in the audit log.
      </p>
      <div className={table.frame}>
        <table aria-label="Users">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col">Roles</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((user) => (
              <tr key={user.id}>
                <td>
                  <strong className="medium">{user.name}</strong> {user.disabled && <Chip tone="warn">disabled</Chip>}
                  {user.externalId && <span className={table.faint}> {user.externalId}</span>}
                </td>
                <td>{user.kind}</td>
                <td>{grantsOf(user)}</td>
                <td data-label="Since">
                  <Time at={user.createdAt} form="day" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More of={users} />
    </>
  );
}

/** `administrator of everything, reader of golden/`. */
function grantsOf({ grants }: UserRow): string {
  const words = grants.map(({ namespace, role }) => `${role} of ${namespace === '*' ? 'everything' : `${namespace}/`}`);
  return words.join(', ') || 'no role';
}

function AuditList() {
  const audit = useInfiniteQuery(pagedOptions<Page<AuditRow>>(['audit'], '/audit', { limit: 100 }));
  const rows = audit.data?.pages.flatMap((page) => page.items);
  if (audit.error && !rows) return <ErrorState error={audit.error} retry={() => void audit.refetch()} />;
  if (!rows) return <Skeletons rows={8} />;
  if (rows.length === 0)
    return (
      <EmptyState title="Nothing was changed yet">
        <p>Every change appears here with who, what, when and from where.</p>
      </EmptyState>
    );
  return (
    <>
      <div className={table.frame}>
        <table aria-label="Audit log">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Subject</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>
                  <Time at={row.at} form="exact" />
                </td>
                <td className="medium">{row.actor}</td>
                <td>
                  <code>{row.action}</code>
                  {typeof row.data.reason === 'string' && <p className="muted">{row.data.reason}</p>}
                </td>
                <td>
                  <code>{row.subject}</code>
                </td>
                <td className={table.faint}>{row.from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More of={audit} />
    </>
  );
}

function More(props: {
  readonly of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!props.of.hasNextPage) return null;
  return (
    <Button variant="default" loading={props.of.isFetchingNextPage} onClick={() => props.of.fetchNextPage()}>
      Show more
    </Button>
  );
}
