import { useNavigate } from '@tanstack/react-router';
import { copyText } from '../../parts/copy-button.tsx';
import { useCommandKeys } from '../../shortcuts.ts';

interface EntryKeys {
  readonly digest: string | undefined;
  /** Undefined when the reader may not pull. */
  readonly pullCommand: string | undefined;
  /** The addresses of the tabs that the reader has, and the one that is open. */
  readonly tabs: readonly string[];
  readonly current: string;
}

/** C copies the pull command of the recommended tag, Y its digest, `[` and `]` go to the tab before and after. */
export function useEntryKeys({ digest, pullCommand, tabs, current }: EntryKeys): void {
  const navigate = useNavigate();
  useCommandKeys((key) => {
    if (key === 'c' && pullCommand) void copyText(pullCommand);
    else if (key === 'y' && digest) void copyText(digest);
    else if (key === '[' || key === ']') {
      const to = tabs[tabs.indexOf(current) + (key === ']' ? 1 : -1)];
      if (to) void navigate({ to, resetScroll: false });
    } else return false;
    return true;
  });
}
