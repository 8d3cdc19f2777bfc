import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './hint.module.css';

const DELAY_MS = 350;

/** A short text on hover and focus, dismissed by Escape. With `focusable` the part itself can be reached by Tab. */
export function Hint(props: { readonly text: string; readonly children: ReactNode; readonly focusable?: boolean }) {
  const [place, setPlace] = useState<{ left: number; top: number }>();
  const host = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  const show = () => {
    const box = host.current?.getBoundingClientRect();
    if (box) setPlace({ left: Math.max(8, Math.min(box.left, window.innerWidth - 336)), top: box.bottom + 6 });
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(undefined);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!place) return;
    const close = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.key === 'Escape') setPlace(undefined);
    };
    window.addEventListener('keydown', close);
    window.addEventListener('scroll', close, { passive: true });
    return () => {
      window.removeEventListener('keydown', close);
      window.removeEventListener('scroll', close);
    };
  }, [place]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only shows what the content says already or adds to it
    <span
      ref={host}
      className={styles.host}
      {...(props.focusable && { tabIndex: 0 })}
      aria-describedby={place ? id : undefined}
      onPointerEnter={() => {
        timer.current = setTimeout(show, DELAY_MS);
      }}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      {props.children}
      {place && (
        <span role="tooltip" id={id} className={styles.hint} style={place}>
          {props.text}
        </span>
      )}
    </span>
  );
}
