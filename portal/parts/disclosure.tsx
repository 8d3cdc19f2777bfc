import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './disclosure.module.css';

/** A button that opens a small sheet below it; closed by Escape, by a press outside, and by what is chosen in it. */
export function Disclosure(props: {
  readonly label: string;
  readonly button: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !host.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      host.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
  return (
    <div ref={host} className={styles.host}>
      <button
        type="button"
        className={props.className}
        aria-label={props.label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {props.button}
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: closes after a choice; the choices are links and buttons
        <div
          id={id}
          className={styles.sheet}
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest('a, button[data-closes]')) setOpen(false);
          }}
        >
          {props.children}
        </div>
      )}
    </div>
  );
}
