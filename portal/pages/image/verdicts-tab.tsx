import type { Verdict } from '#model/verdict.ts';
import { formatDateTime } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { DataDates } from '../intake/data-dates.tsx';
import { verdictHeading } from '../intake/verdict-heading.ts';
import { useVerdicts } from './image-queries.ts';
import type { ImageTabProps } from './image-tabs.ts';
import styles from './verdicts-tab.module.css';

/** The verdict that counts, and the earlier ones folded below. */
export function VerdictsTab({ image: { verdict }, digest }: ImageTabProps) {
  const { data } = useVerdicts(digest);
  if (!verdict)
    return (
      <EmptyState title="Not judged yet">
        <p>A verdict appears here when the image goes through intake.</p>
      </EmptyState>
    );
  const earlier = (data?.items ?? []).filter((item) => item.verdict.judgedAt !== verdict.judgedAt);
  return (
    <div className="stack">
      <Panel title={verdictHeading(verdict.results)} sub={judgedBy(verdict)}>
        <Reasons results={verdict.results} />
        <DataDates dates={verdict.dataDates} />
      </Panel>
      {earlier.length > 0 && (
        <Panel title="Earlier verdicts" flush>
          <ul>
            {earlier.map((item) => (
              <li key={`${item.repository} ${item.verdict.judgedAt}`} className={styles.earlier}>
                <details>
                  <summary>
                    <span>{verdictHeading(item.verdict.results)}</span>
                    <span className="muted">
                      {item.repository}, {formatDateTime(item.verdict.judgedAt)}
                    </span>
                  </summary>
                  <Reasons results={item.verdict.results} />
                </details>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}

function judgedBy(verdict: Verdict): string {
  return `Judged ${formatDateTime(verdict.judgedAt)} by version ${verdict.policyVersion} of the rules.`;
}
