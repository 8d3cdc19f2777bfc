import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from './states.tsx';

/** A page that failed; the frame around it still works. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="page">
      <ErrorState error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
    </div>
  );
}
