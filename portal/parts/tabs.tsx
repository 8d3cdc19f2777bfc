import type { ReactNode } from 'react';
import './tabs.css';

/** Tabs are places: a list of links, so that Back works. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="tabs">
      {children}
    </nav>
  );
}

export function Count({ value }: { value: number | undefined }) {
  return value === undefined ? null : <span className="count">{value}</span>;
}
