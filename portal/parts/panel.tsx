import { type ReactNode, useId } from 'react';
import './panel.css';

interface PanelProps {
  readonly title: string;
  readonly sub?: ReactNode;
  readonly actions?: ReactNode;
  /** Without padding: for tables. */
  readonly flush?: boolean;
  readonly gold?: boolean;
  readonly children: ReactNode;
}

/** A box with a hairline, its title and what one can do with it. */
export function Panel({ title, sub, actions, flush = false, gold = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel${gold ? ' panel-gold' : ''}`} aria-labelledby={id}>
      <header className="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {sub && <p className="panel-sub">{sub}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </header>
      <div className={flush ? 'panel-flush' : 'panel-body'}>{children}</div>
    </section>
  );
}
