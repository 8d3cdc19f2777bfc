import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './findings-toolbar.module.css';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What stands beside it: how much matches. */
  readonly children?: ReactNode;
}

export function SearchField({ label, value, onChange, children }: SearchFieldProps) {
  return (
    <search className={styles.toolbar}>
      <span className={styles.search}>
        <IconSearch size={16} stroke={1.75} aria-hidden="true" />
        <input
          data-search=""
          type="search"
          aria-label={label}
          placeholder={label}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
      <span className="muted small" role="status">
        {children}
      </span>
    </search>
  );
}
