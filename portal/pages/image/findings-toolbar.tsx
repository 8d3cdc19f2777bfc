import { IconSearch } from '@tabler/icons-react';
import { type Severity, severities } from '#model/severity.ts';
import { SeverityIcon } from '../../parts/severity.tsx';
import { texts } from '../../texts.ts';
import type { FindingFilter } from './finding-filter.ts';
import styles from './findings-toolbar.module.css';

interface FindingsToolbarProps {
  readonly filter: FindingFilter;
  readonly onChange: (filter: FindingFilter) => void;
  /** Severities that occur; the others are not offered. */
  readonly present: ReadonlySet<Severity>;
}

export function FindingsToolbar({ filter, onChange, present }: FindingsToolbarProps) {
  const toggle = (severity: Severity) => {
    const picked = new Set(filter.severities);
    if (!picked.delete(severity)) picked.add(severity);
    onChange({ ...filter, severities: picked });
  };
  return (
    <search className={styles.toolbar}>
      <span className={styles.search}>
        <IconSearch size={16} stroke={1.75} aria-hidden="true" />
        <input
          data-search=""
          type="search"
          aria-label="Package, CVE or path"
          placeholder="Package, CVE or path"
          value={filter.words}
          onChange={(event) => onChange({ ...filter, words: event.target.value })}
        />
      </span>
      <fieldset className={styles.picker} aria-label="Severity">
        {severities
          .filter((severity) => present.has(severity))
          .map((severity) => (
            <button
              key={severity}
              type="button"
              aria-pressed={filter.severities.has(severity)}
              onClick={() => toggle(severity)}
            >
              <SeverityIcon severity={severity} />
              {texts.severity[severity]}
            </button>
          ))}
      </fieldset>
      <label className={styles.box}>
        <input
          type="checkbox"
          checked={filter.fixableOnly}
          onChange={(event) => onChange({ ...filter, fixableOnly: event.target.checked })}
        />
        Can be fixed
      </label>
      <label className={styles.box}>
        <input
          type="checkbox"
          checked={filter.showAccepted}
          onChange={(event) => onChange({ ...filter, showAccepted: event.target.checked })}
        />
        Show accepted
      </label>
    </search>
  );
}
