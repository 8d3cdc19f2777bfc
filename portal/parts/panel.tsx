import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

export interface PanelProps {
  readonly title?: ReactNode;
  readonly sub?: ReactNode;
  readonly actions?: ReactNode;
  /** No padding around the content: for tables and lists. */
  readonly flush?: boolean;
  /** The gold line: only for what Assay recommends. */
  readonly recommended?: boolean;
  readonly children: ReactNode;
}

/** A hairline box with a heading. */
export function Panel({ title, sub, actions, flush = false, recommended = false, children }: PanelProps) {
  const id = useId();
  return (
    <section
      className={styles.panel}
      data-recommended={recommended || undefined}
      {...(title !== undefined && { 'aria-labelledby': id })}
    >
      {title !== undefined && (
        <header className={styles.head} data-flush={flush || undefined}>
          <div>
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
            {sub && <p className={styles.sub}>{sub}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : styles.body}>{children}</div>
    </section>
  );
}
