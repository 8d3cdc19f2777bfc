import { Button } from '@mantine/core';
import { IconLock, IconPlugConnectedX, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../client.ts';
import { formatClock } from '../format.ts';
import { isOutage } from '../queries.ts';
import { texts } from '../texts.ts';
import { copyText } from './copy.tsx';
import { EmptyState } from './empty-state.tsx';

interface FailureProps {
  readonly error: Error;
  readonly retry: () => void;
  readonly small?: boolean;
  /** What to say when the thing is not there, or must not be seen: both look alike. */
  readonly missing?: { readonly title: string; readonly body: string } | undefined;
}

/** What failed, what still works, and what can be done, in the place of what failed. */
export function Failure({ error, retry, small = false, missing }: FailureProps) {
  const status = error instanceof ApiError ? error.status : -1;
  if (status === 404)
    return <Missing {...(missing ?? { title: texts.errors.notFound, body: error.message })} small={small} />;
  if (status === 403) {
    return (
      <EmptyState icon={<IconLock size={24} stroke={1.75} />} title={texts.errors.forbidden} small={small}>
        <p>{error.message}</p>
        <p>{texts.errors.forbiddenBody}</p>
      </EmptyState>
    );
  }
  const isOut = error instanceof ApiError && isOutage(error);
  const details =
    error instanceof ApiError ? texts.errors.details(error.status, error.requestId, formatClock(error.at)) : '';
  return (
    <EmptyState
      icon={<IconPlugConnectedX size={24} stroke={1.75} />}
      title={isOut ? texts.errors.outage : texts.errors.title}
      small={small}
      details={details}
      actions={
        <>
          <Button variant={small ? 'default' : 'filled'} onClick={retry}>
            {texts.errors.retry}
          </Button>
          {!small && (
            <Button variant="default" onClick={() => copyText(`${error.message} ${details} ${location.href}`)}>
              {texts.errors.copy}
            </Button>
          )}
        </>
      }
    >
      <p>{error.message}</p>
      {isOut && !small && <p>{texts.errors.outageBody}</p>}
    </EmptyState>
  );
}

export function Missing({ title, body, small = false }: { title: string; body: string; small?: boolean }) {
  return (
    <EmptyState
      icon={<IconSearchOff size={24} stroke={1.75} />}
      title={title}
      small={small}
      actions={
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {texts.errors.toCatalog}
        </Button>
      }
    >
      <p>{body}</p>
    </EmptyState>
  );
}
