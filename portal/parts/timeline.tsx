import type { ReactNode } from 'react';
import type { ImageState } from '#model/image-state.ts';
import { StateIcon } from './state-chip.tsx';
import { Time } from './time.tsx';
import styles from './timeline.module.css';

export interface TimelineItem {
  readonly key: string;
  /** ISO time or day. */
  readonly at: string;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  /** Gives icon and tone; null for what changed no state. */
  readonly state: ImageState | null;
  readonly planned?: boolean;
}

/** Plan above, history below, newest first: hand the items in that order. */
export function Timeline({ items }: { readonly items: readonly TimelineItem[] }) {
  return (
    <ol className={styles.timeline}>
      {items.map((item) => (
        <li key={item.key} data-planned={item.planned || undefined}>
          <span className={styles.mark} data-state={item.state ?? 'none'} aria-hidden="true">
            {item.state ? <StateIcon state={item.state} size={14} /> : <span className={styles.dot} />}
          </span>
          <div className={styles.text}>
            <div className={styles.line}>
              <span className={styles.title}>{item.title}</span>
              <Time at={item.at} form={item.at.length === 10 ? 'day' : 'exact'} />
            </div>
            {item.detail && <p>{item.detail}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
