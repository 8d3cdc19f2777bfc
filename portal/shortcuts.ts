import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

const STORED_AS = 'assay-single-keys';
/** A second letter belongs to `g` within this time. */
const SEQUENCE_MS = 1200;

export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(STORED_AS) !== 'off';
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(STORED_AS, on ? 'on' : 'off');
}

/** A key that was pressed for a command and not for a field; undefined otherwise. */
export function commandKey(event: KeyboardEvent): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !areSingleKeysOn()) return undefined;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const isTyping = target?.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
  if (isTyping || document.querySelector('dialog[open]')) return undefined;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Listens to command keys as long as the page shows. A handler that answers false leaves the key to the browser. */
export function useCommandKeys(handle: (key: string) => boolean): void {
  const current = useRef(handle);
  current.current = handle;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const key = commandKey(event);
      if (key !== undefined && current.current(key)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** The keys that work everywhere: `?`, `g` and a place, `/` for the page's search or the catalog's. */
export function useShortcuts(actions: { readonly help: () => void }): void {
  const navigate = useNavigate();
  const startedAt = useRef(0);
  useCommandKeys((key) => {
    const isSecond = Date.now() - startedAt.current < SEQUENCE_MS;
    startedAt.current = key === 'g' && !isSecond ? Date.now() : 0;
    const place = { c: '/', i: '/intake', a: '/advisories', j: '/admin/jobs' } as const;
    if (isSecond && key in place) void navigate({ to: place[key as keyof typeof place] });
    else if (key === '?') actions.help();
    else if (key === '/') void focusSearch(() => navigate({ to: '/' }));
    else return false;
    return true;
  });
}

/** At once when the field is there: what is typed next belongs to it. */
async function focusSearch(openCatalog: () => Promise<void>): Promise<void> {
  const focus = () => {
    const field = document.querySelector<HTMLInputElement>('main input[data-search]');
    field?.focus();
    field?.select();
    return field !== null;
  };
  if (focus()) return;
  await openCatalog();
  requestAnimationFrame(focus);
}
