import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import styles from './catalog.module.css';
import { catalogTexts } from './catalog-texts.ts';

const WAIT_MS = 80;

/** Searches while one types. Escape clears first, then leaves the field. */
export function SearchField({ value, onSearch }: { readonly value: string; readonly onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // The address changed by Back or by a link, not by this field.
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  const type = (next: string, waitMs = WAIT_MS) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next.trim();
      onSearch(next.trim());
    }, waitMs);
  };
  return (
    <div className={styles.search}>
      <IconSearch size={20} stroke={1.75} aria-hidden="true" />
      <input
        type="search"
        data-search
        aria-label={catalogTexts.search}
        placeholder={catalogTexts.placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (typed) type('', 0);
          else event.currentTarget.blur();
        }}
      />
      {typed ? (
        <button type="button" aria-label={catalogTexts.clearSearch} onClick={() => type('', 0)}>
          <IconX size={16} stroke={1.75} aria-hidden="true" />
        </button>
      ) : (
        <span aria-hidden="true">
          <kbd>/</kbd>
        </span>
      )}
    </div>
  );
}
