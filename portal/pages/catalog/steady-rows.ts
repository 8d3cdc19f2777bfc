import { useState } from 'react';

export interface SteadyRows<T> {
  readonly rows: readonly T[];
  /** How many appeared since. */
  readonly waiting: number;
  readonly show: () => void;
}

/**
 * Nothing moves by itself: known rows stay in their places and only change their numbers, rows that appeared wait.
 * Another `scope` (another search, a further page) shows its rows at once, and so does an empty list.
 */
export function useSteadyRows<T>(rows: readonly T[], keyOf: (row: T) => string, scope: string): SteadyRows<T> {
  const [held, setHeld] = useState<{ readonly scope: string; readonly order: readonly string[] }>();
  const hold = () => setHeld({ scope, order: rows.map(keyOf) });
  if (held?.scope !== scope || held.order.length === 0) {
    if (rows.length > 0) hold();
    return { rows, waiting: 0, show: hold };
  }
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const known = held.order.flatMap((key) => byKey.get(key) ?? []);
  return { rows: known, waiting: rows.length - known.length, show: hold };
}
