import type { SeverityCounts as Counts, Posture } from '#model/posture.ts';
import { type Severity, severities } from '#model/severity.ts';
import { texts } from '../texts.ts';
import { Hint } from './hint.tsx';
import styles from './severity.module.css';

const bars: Readonly<Record<Severity, number>> = { critical: 0, high: 3, medium: 2, low: 1, unknown: 0 };
const shown = ['critical', 'high', 'medium', 'low'] as const;

/** Always beside a word or a number, therefore hidden from readers. `zero` pales it. */
export function SeverityIcon({ severity, zero = false }: { readonly severity: Severity; readonly zero?: boolean }) {
  return (
    <svg
      className={styles.icon}
      data-severity={severity}
      data-zero={zero || undefined}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
    >
      {severity === 'critical' && (
        <>
          <rect x="0.5" y="0.5" width="13" height="13" rx="3" />
          <path d="M6 3h2v5H6zM6 9.2h2v2H6z" className={styles.cut} />
        </>
      )}
      {severity === 'unknown' && <circle cx="7" cy="7" r="5.5" />}
      {bars[severity] > 0 &&
        [0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={1 + bar * 4.4}
            y={9 - bar * 4}
            width="3"
            height={4 + bar * 4}
            rx="0.8"
            data-off={bar >= bars[severity] || undefined}
          />
        ))}
    </svg>
  );
}

/** Icon and word. */
export function SeverityWord({ severity }: { readonly severity: Severity }) {
  return (
    <span className={styles.word} data-severity={severity}>
      <SeverityIcon severity={severity} />
      {texts.severity[severity]}
    </span>
  );
}

/** `1 critical, 2 high`, or that there is nothing. */
export function countsSentence(counts: Counts): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`);
  return parts.length > 0 ? parts.join(', ') : texts.counts.clean;
}

/** Four fixed columns, so that counts compare down a list; what is unknown is in the sentence and in the bar. */
export function SeverityCounts({ posture }: { readonly posture: Pick<Posture, 'counts' | 'problems'> | null }) {
  if (!posture) return <span className={styles.none}>{texts.counts.none}</span>;
  const { counts, problems } = posture;
  return (
    <span className={styles.counts}>
      <span className="visually-hidden">{countsSentence(counts)}</span>
      {shown.map((severity) => (
        <span
          key={severity}
          className={styles.count}
          data-severity={severity}
          data-zero={counts[severity] === 0 || undefined}
          aria-hidden="true"
        >
          <SeverityIcon severity={severity} zero={counts[severity] === 0} />
          {counts[severity]}
        </span>
      ))}
      {problems > 0 && (
        <Hint text={texts.counts.problems(problems)}>
          <span className={styles.problem} role="img" aria-label={texts.counts.problems(problems)}>
            ?
          </span>
        </Hint>
      )}
    </span>
  );
}

/** The counts in proportion. */
export function SeverityBar({ counts, height = 8 }: { readonly counts: Counts; readonly height?: 6 | 8 | 10 }) {
  return (
    <span className={styles.bar} style={{ height }} role="img" aria-label={countsSentence(counts)}>
      {severities
        .filter((severity) => counts[severity] > 0)
        .map((severity) => (
          <span key={severity} data-severity={severity} style={{ flexGrow: counts[severity] }} />
        ))}
    </span>
  );
}
