import { type ReactNode, useId, useRef } from 'react';
import './menu.css';

interface MenuProps {
  readonly name: string;
  readonly button: ReactNode;
  readonly className?: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A button with a small panel below it; the browser closes it on Escape and on a click elsewhere. */
export function Menu({ name, button, className = 'icon-button', children }: MenuProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  function place() {
    const [from, to] = [opener.current?.getBoundingClientRect(), panel.current];
    if (!from || !to) return;
    const width = document.documentElement.clientWidth;
    to.style.top = `${from.bottom + 6}px`;
    if (from.left < width / 2) to.style.left = `${from.left}px`;
    else to.style.right = `${width - from.right}px`;
  }
  return (
    <>
      <button ref={opener} type="button" className={className} aria-label={name} popoverTarget={id} onClick={place}>
        {button}
      </button>
      <div ref={panel} id={id} popover="auto" className="menu">
        {children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
