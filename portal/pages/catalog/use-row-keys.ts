import type { EntryRow } from '#model/api-entries.ts';
import { copyText } from '../../parts/copy-button.tsx';
import { useCommandKeys } from '../../shortcuts.ts';
import { pullCommandOf } from './entry-line.tsx';

/** J K and the arrows move the focus from row to row; Enter and O open, C copies the command, Y the digest, F goes to the facets. */
export function useRowKeys(rows: readonly EntryRow[], registryHost: string): void {
  useCommandKeys((key) => {
    const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
    const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
    const row = rows[Math.max(at, 0)];
    const command = row && pullCommandOf(row, registryHost);
    if (key === 'j' || key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (key === 'k' || key === 'ArrowUp') links[Math.max(at - 1, 0)]?.focus();
    else if (key === 'o' && at >= 0) links[at]?.click();
    else if (key === 'c' && command) void copyText(command);
    else if (key === 'y' && row?.recommended) void copyText(row.recommended.digest);
    else if (key === 'f') document.querySelector<HTMLElement>('main aside input[type=checkbox]')?.focus();
    else return false;
    return true;
  });
}
