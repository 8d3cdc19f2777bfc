import { useNavigate } from '@tanstack/react-router';
import { copyText } from '../../parts/copy-button.tsx';
import { useCommandKeys } from '../../shortcuts.ts';

interface ImageKeys {
  readonly digest: string;
  /** The addresses of the tabs, and the one that is open. */
  readonly tabs: readonly string[];
  readonly current: string;
  /** Undefined when the image cannot be pulled. */
  readonly pullCommand: string | undefined;
}

/** `[` and `]` go to the tab before and after, Y copies the digest, C the pull command. */
export function useImageKeys({ digest, tabs, current, pullCommand }: ImageKeys): void {
  const navigate = useNavigate();
  useCommandKeys((key) => {
    if (key === 'y') void copyText(digest);
    else if (key === 'c' && pullCommand) void copyText(pullCommand);
    else if (key === '[' || key === ']') {
      const to = tabs[tabs.indexOf(current) + (key === ']' ? 1 : -1)];
      if (to) void navigate({ to, search: true as never, resetScroll: false }); // the tabs share their search, as in RouteTabs
    } else return false;
    return true;
  });
}
