import { useEffect } from 'react';
import { texts } from './texts.ts';

/** `node 24-trixie · Findings · Assay`. */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), texts.product].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
