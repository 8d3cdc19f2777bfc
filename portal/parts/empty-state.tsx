import type { ReactNode } from 'react';
import { OCTAGON } from './grade.tsx';
import './empty-state.css';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly details?: string;
  /** Inside a panel it is smaller. */
  readonly small?: boolean;
}

/** What was looked for, what one can do, in the octagon's frame. */
export function EmptyState({ icon, title, children, actions, details, small = false }: EmptyStateProps) {
  return (
    <div className={small ? 'empty empty-small' : 'empty'}>
      <span className="empty-mark" aria-hidden="true">
        <svg viewBox="0 0 28 28" aria-hidden="true">
          <path d={OCTAGON} />
        </svg>
        {icon}
      </span>
      <h2>{title}</h2>
      {children && <div className="empty-words">{children}</div>}
      {actions && <div className="actions">{actions}</div>}
      {details && <p className="mono faint empty-details">{details}</p>}
    </div>
  );
}
