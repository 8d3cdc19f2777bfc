import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { catalogTexts } from './catalog-texts.ts';

/** Asks for the next page when the end of the list comes near; a button for those who do not scroll. */
export function MoreRows({ onMore, loading }: { readonly onMore: () => void; readonly loading: boolean }) {
  const mark = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (!mark.current || loading) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) more.current();
      },
      { rootMargin: '600px' },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [loading]);
  return (
    <div ref={mark} style={{ padding: 12, textAlign: 'center' }}>
      <Button variant="default" disabled={loading} onClick={onMore}>
        {catalogTexts.more}
      </Button>
    </div>
  );
}
