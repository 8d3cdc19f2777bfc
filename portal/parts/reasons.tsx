import { IconCheck, IconClockPause, IconMinus, IconX } from '@tabler/icons-react';
import type { RuleOutcome, RuleResult } from '#model/verdict.ts';
import { texts } from '../texts.ts';
import styles from './reasons.module.css';

const icons: Readonly<Record<RuleOutcome, typeof IconX>> = {
  pass: IconCheck,
  fail: IconX,
  open: IconMinus,
  accepted: IconClockPause,
};
const order: readonly RuleOutcome[] = ['fail', 'open', 'accepted', 'pass'];

/** The square mark of an outcome, for queues and lists. */
export function OutcomeMark({ outcome }: { readonly outcome: RuleOutcome }) {
  const Icon = icons[outcome];
  return (
    <span className={styles.mark} data-outcome={outcome} aria-hidden="true">
      <Icon size={14} stroke={2} />
    </span>
  );
}

/** The rules of a verdict, what needs a decision first, each with its evidence and what to do. */
export function Reasons({ results }: { readonly results: readonly RuleResult[] }) {
  const sorted = results.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return (
    <ol className={styles.reasons}>
      {sorted.map((result) => (
        <li key={result.rule}>
          <OutcomeMark outcome={result.outcome} />
          <div className={styles.text}>
            <h3>
              <code title={result.title}>{result.rule}</code>{' '}
              <span className={styles.word} data-outcome={result.outcome}>
                {texts.outcome[result.outcome]}
              </span>
            </h3>
            {result.reasons.map((reason) => (
              <p key={reason}>{reason}</p>
            ))}
            {result.remedy && result.outcome !== 'pass' && (
              <p className={styles.todo}>
                <strong>{texts.reasons.todo}</strong> {result.remedy}
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
