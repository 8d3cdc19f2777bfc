import { Checkbox } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { texts } from '../texts.ts';
import styles from './facet-list.module.css';

const SHOWN = 5;
const SEARCHABLE = 8;

export interface FacetValue {
  readonly value: string;
  readonly count: number;
  readonly label?: string;
  readonly icon?: ReactNode;
}

export interface FacetListProps {
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly selected: readonly string[];
  readonly onChange: (selected: readonly string[]) => void;
}

/** Check boxes with counts. Five values, the rest on demand; long lists have a field. */
export function FacetList({ title, values, selected, onChange }: FacetListProps) {
  const [isOpen, setOpen] = useState(false);
  const [find, setFind] = useState('');
  const id = useId();
  const gone = selected.filter((value) => !values.some((each) => each.value === value));
  const all: readonly FacetValue[] = [...values, ...gone.map((value) => ({ value, count: 0 }))];
  const found = all.filter((each) => labelOf(each).toLowerCase().includes(find.toLowerCase()));
  const shown = isOpen || find ? found : found.filter((each, index) => index < SHOWN || selected.includes(each.value));
  const toggle = (value: string) =>
    onChange(selected.includes(value) ? selected.filter((each) => each !== value) : [...selected, value]);
  if (all.length === 0) return null;
  return (
    <fieldset className={styles.facet} aria-labelledby={id}>
      <legend id={id}>{title}</legend>
      {all.length > SEARCHABLE && (
        <input
          type="search"
          className={styles.find}
          placeholder={texts.facets.find(title)}
          aria-label={texts.facets.find(title)}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      )}
      {shown.map((each) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the check box is in it
        <label key={each.value} className={styles.value} data-zero={each.count === 0 || undefined}>
          <Checkbox checked={selected.includes(each.value)} onChange={() => toggle(each.value)} />
          {each.icon}
          <span className={styles.label}>{labelOf(each)}</span>
          <span className={styles.count}>{each.count.toLocaleString()}</span>
        </label>
      ))}
      {!find && found.length > SHOWN && (
        <button type="button" className={styles.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? texts.facets.fewer : texts.facets.more(found.length - shown.length)}
        </button>
      )}
    </fieldset>
  );
}

function labelOf(value: FacetValue): string {
  return value.label ?? value.value;
}
