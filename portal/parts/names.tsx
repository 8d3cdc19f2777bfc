import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { splitName, tileLetters } from '../format.ts';
import { texts } from '../texts.ts';
import './names.css';

export function Tile({ repository, large = false }: { repository: string; large?: boolean }) {
  return (
    <span className={large ? 'tile tile-large' : 'tile'} aria-hidden="true">
      {tileLetters(repository)}
    </span>
  );
}

/** `golden/`**node** */
export function Name({ repository }: { repository: string }) {
  const { path, name } = splitName(repository);
  return (
    <>
      <span className="name-path">{path}</span>
      <span className="name-name">{name}</span>
    </>
  );
}

/** `name:tag`, the tag in mono. */
export function Reference({ repository, tag }: { repository: string; tag: string }) {
  return (
    <>
      <Name repository={repository} />
      {tag && <span className="name-tag">:{tag}</span>}
    </>
  );
}

let pagesSeen = 0;

/** The page's heading: names the document, and takes the focus after navigation so that readers hear where they are. */
export function PageTitle({
  title,
  children,
  hidden = false,
}: {
  title: string;
  children: ReactNode;
  hidden?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = texts.title(title);
  }, [title]);
  useEffect(() => {
    pagesSeen += 1;
    if (pagesSeen > 1) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={hidden ? 'visually-hidden' : undefined}>
      {children}
    </h1>
  );
}

export function Crumbs({ children }: { children: ReactNode }) {
  return (
    <nav aria-label="Breadcrumb" className="crumbs">
      <Link to="/">{texts.catalog.title}</Link>
      {children}
    </nav>
  );
}
