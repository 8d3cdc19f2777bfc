import {
  IconCircleDashed,
  IconCircleOff,
  IconClockHour4,
  IconLock,
  IconRosetteDiscountCheck,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { ImageState } from '#model/image-state.ts';
import { formatDate } from '../format.ts';
import { texts } from '../texts.ts';
import styles from './state-chip.module.css';

const icons: Readonly<Record<ImageState, typeof IconX>> = {
  staged: IconCircleDashed,
  approved: IconRosetteDiscountCheck,
  deprecated: IconClockHour4,
  retired: IconCircleOff,
  removed: IconTrash,
  rejected: IconX,
  quarantined: IconLock,
};

/** The state's icon alone, for lines that say the word themselves. */
export function StateIcon({ state, size = 16 }: { readonly state: ImageState; readonly size?: number }) {
  const Icon = icons[state];
  return <Icon size={size} stroke={1.75} aria-hidden="true" />;
}

/** `since` adds the date. */
export function StateChip({ state, since }: { readonly state: ImageState; readonly since?: string }) {
  return (
    <span className={styles.chip} data-state={state}>
      <StateIcon state={state} size={14} />
      <span>{texts.state[state]}</span>
      {since && <span className={styles.since}>since {formatDate(since)}</span>}
    </span>
  );
}

/** A word on a soft fill, for whatever has a tone but is no state. */
export function Chip(props: {
  readonly tone: 'good' | 'warn' | 'info' | 'held' | 'critical' | 'plain';
  readonly children: React.ReactNode;
}) {
  return (
    <span className={styles.chip} data-tone={props.tone}>
      {props.children}
    </span>
  );
}
