import { Button } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconSearchOff } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { RequestError } from '../client.ts';
import { texts } from '../texts.ts';
import { Octagon } from './grade.tsx';
import { LinkButton } from './link-button.tsx';
import styles from './states.module.css';

export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
  /** 1 where the state is the whole page. */
  readonly level?: 1 | 2;
}

/** What was looked for, the nearest thing that exists, one action. */
export function EmptyState({
  title,
  children,
  action,
  icon = <IconSearchOff size={24} stroke={1.5} />,
  level = 2,
}: EmptyStateProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={styles.state}>
      <Octagon size={56}>{icon}</Octagon>
      <Heading>{title}</Heading>
      {children && <div className={styles.words}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

/** What failed, the request's id, and Try again in its place. A refusal for lack of rights says how to get them. */
export function ErrorState({ error, retry }: { readonly error: Error; readonly retry?: (() => void) | undefined }) {
  const status = error instanceof RequestError ? error.status : 0;
  if (status === 401 || status === 403) return <DeniedState error={error} />;
  const requestId = error instanceof RequestError ? error.requestId : null;
  return (
    <div className={styles.state} role="alert">
      <Octagon size={56}>
        <IconAlertTriangle size={24} stroke={1.5} />
      </Octagon>
      <h2>{texts.error.title}</h2>
      <p className={styles.words}>{error.message}</p>
      {requestId && (
        <p className={styles.request}>
          {texts.error.requestId} <code>{requestId}</code>
        </p>
      )}
      {retry && (
        <Button variant="default" onClick={retry} className={styles.action}>
          {texts.error.again}
        </Button>
      )}
    </div>
  );
}

function DeniedState({ error }: { readonly error: Error }) {
  const isUnknown = error instanceof RequestError && error.status === 401;
  const signIn = <LinkButton to="/sign-in">{texts.denied.signIn}</LinkButton>;
  return (
    <EmptyState
      title={texts.denied.title}
      icon={<IconLock size={24} stroke={1.5} />}
      {...(isUnknown && { action: signIn })}
    >
      <p>{error.message}</p>
      {!isUnknown && <p>{texts.denied.ask}</p>}
    </EmptyState>
  );
}

/** Shows what it holds only when loading takes longer than 150 ms. */
export function Late({ children }: { readonly children: ReactNode }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? children : null;
}

/** Grey rows with the geometry of what comes. */
export function Skeletons({ rows = 6, height = 44 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <Late>
      <div className={styles.skeletons} aria-hidden="true">
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows that are all the same
          <div key={row} style={{ height }}>
            <span style={{ width: `${48 - ((row * 7) % 23)}%` }} />
          </div>
        ))}
      </div>
    </Late>
  );
}
