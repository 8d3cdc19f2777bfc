import { type KeyboardEvent, useCallback } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Arrows, J and K move among the rows (`data-row`) of the element that gets the handler. */
export function useRowKeys() {
  return useCallback((event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (step === undefined || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
    const current = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.max(0, Math.min(rows.length - 1, current + step))];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }, []);
}

function isTyping(event: KeyboardEvent<HTMLElement>): boolean {
  return event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
}
