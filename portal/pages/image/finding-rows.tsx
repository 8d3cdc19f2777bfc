import { IconClockPause, IconFlame } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import type { FindingRow } from '#model/api-images.ts';
import { formatDate } from '../../format.ts';
import { SeverityWord } from '../../parts/severity.tsx';
import { Chip } from '../../parts/state-chip.tsx';
import styles from './findings-table.module.css';
import { nameOfFinding } from './package-groups.ts';

interface FindingRowsProps {
  readonly finding: FindingRow;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A finding, and when opened what is known of it. */
export function FindingRows({ finding, open, onToggle }: FindingRowsProps) {
  const name = nameOfFinding(finding);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || !['Enter', 'o'].includes(event.key)) return;
    event.preventDefault();
    onToggle();
  };
  return (
    <>
      <tr
        data-row=""
        aria-level={2}
        aria-expanded={open}
        tabIndex={-1}
        className={styles.finding}
        data-accepted={finding.acceptance ? '' : undefined}
        onKeyDown={onKeyDown}
      >
        <td>
          <SeverityWord severity={finding.severity} />
        </td>
        <td className={styles.score}>{finding.score === null ? '—' : finding.score.toFixed(1)}</td>
        <td className={styles.id}>
          <button type="button" className={styles.open} onClick={onToggle}>
            <code>{name}</code>
          </button>
        </td>
        <td className={styles.summary}>
          <span>{finding.summary || 'No summary'}</span>{' '}
          {finding.knownExploitedSince && (
            <span className={styles.exploited}>
              <IconFlame size={14} stroke={1.75} aria-hidden="true" />
              Known exploited
            </span>
          )}
          {finding.acceptance && <AcceptanceNote acceptance={finding.acceptance} />}
        </td>
        <td className={styles.fixed}>
          <span className={styles.phoneOnly}>Fixed in </span>
          {finding.fixedVersion ? <code>{finding.fixedVersion}</code> : '—'}
        </td>
      </tr>
      {open && (
        <tr aria-level={3} className={styles.detailRow}>
          <td colSpan={5}>
            <FindingDetail finding={finding} />
          </td>
        </tr>
      )}
    </>
  );
}

function AcceptanceNote({ acceptance }: { readonly acceptance: NonNullable<FindingRow['acceptance']> }) {
  return (
    <>
      <Chip tone="info">
        <IconClockPause size={14} stroke={1.75} aria-hidden="true" />
        Accepted until {formatDate(acceptance.until)}
      </Chip>
      <span className={styles.acceptance}>
        {acceptance.reason} Accepted by {acceptance.by}.
      </span>
    </>
  );
}

function FindingDetail({ finding }: { readonly finding: FindingRow }) {
  return (
    <div className={styles.detail}>
      <strong>Why {finding.severity}</strong>
      <div>
        <p>{whySentence(finding)}</p>
        {finding.aliases.length > 0 && <p>Also known as {[finding.id, ...finding.aliases].join(', ')}.</p>}
        {finding.platforms.length > 0 && <p>Found on {finding.platforms.join(', ')}.</p>}
        <ul>
          {finding.locations.slice(0, 20).map(({ layer, path }) => (
            <li key={`${layer} ${path}`}>
              <code>{path}</code>
            </li>
          ))}
        </ul>
        {finding.locations.length > 20 && <p>And {finding.locations.length - 20} more places.</p>}
      </div>
      <Link to="/advisories/$id" params={{ id: finding.id }} className={styles.link}>
        Who else is affected
      </Link>
    </div>
  );
}

function whySentence({ score, severity, knownExploitedSince }: FindingRow): string {
  const rated =
    score === null
      ? `The advisory rates it ${severity} and names no CVSS score.`
      : `Its CVSS base score is ${score.toFixed(1)}.`;
  return knownExploitedSince ? `${rated} Known to be exploited since ${formatDate(knownExploitedSince)}.` : rated;
}
