import type { SupportWindow } from '#model/lifecycle.ts';
import { daysUntil, formatDate, formatDays, formatMonth } from '../format.ts';
import { texts } from '../texts.ts';
import { Hint } from './hint.tsx';
import styles from './support-bar.module.css';

export type SupportTone = 'calm' | 'warn' | 'critical' | 'ended' | 'open';

/** How near the end is; the colours and words of every support bar come from here. */
export function supportTone(window: SupportWindow, now: Date): SupportTone {
  if (!window.endOfLife) return 'open';
  const days = daysUntil(window.endOfLife, now);
  if (days <= 0) return 'ended';
  if (days < 46) return 'critical';
  return days < 183 ? 'warn' : 'calm';
}

/** One sentence: until when, and what decides it. */
export function supportSentence(window: SupportWindow, now: Date): string {
  if (!window.endOfLife) return window.known ? texts.support.noEnd : texts.support.unknownWhy;
  const days = daysUntil(window.endOfLife, now);
  const day = formatDate(window.endOfLife);
  const said = days > 0 ? texts.support.sentence(day, formatDays(days)) : texts.support.endedSentence(day);
  return window.decidedBy ? `${said} ${texts.support.decidedBy(window.decidedBy.subject)}` : said;
}

/** Every bar is full at the end and reaches back five years, so that bars compare down a list. */
const SPAN_DAYS = 1826;

/** End month, time left, and how much of five years has gone. */
export function SupportBar({ window, now = new Date() }: { readonly window: SupportWindow; readonly now?: Date }) {
  const tone = supportTone(window, now);
  const days = window.endOfLife ? daysUntil(window.endOfLife, now) : SPAN_DAYS;
  const elapsed = Math.max(2, Math.min(100, 100 - (days / SPAN_DAYS) * 100));
  const month = window.endOfLife && formatMonth(window.endOfLife);
  const left = tone === 'ended' ? texts.support.ended : formatDays(days);
  return (
    <Hint text={supportSentence(window, now)}>
      <span className={styles.support} data-tone={tone}>
        <span className={styles.words}>
          {month ? <strong>{month}</strong> : <span>{window.known ? texts.support.noEnd : texts.support.unknown}</span>}
          {month && <span className={styles.left}>{left}</span>}
        </span>
        <span className={styles.track}>{month && <span style={{ width: `${elapsed}%` }} />}</span>
      </span>
    </Hint>
  );
}
