import { IconMenu2 } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { AccountMenu } from './account-menu.tsx';
import styles from './app-shell.module.css';
import { type LiveState, useLive } from './live.ts';
import { Disclosure } from './parts/disclosure.tsx';
import { useMe } from './queries.ts';
import { useShortcuts } from './shortcuts.ts';
import { texts } from './texts.ts';

const KeyboardHelp = lazy(() => import('./keyboard-help.tsx').then((module) => ({ default: module.KeyboardHelp })));

const places = [
  { to: '/', label: texts.navigation.catalog, permission: null },
  { to: '/intake', label: texts.navigation.intake, permission: 'image.pull-staged' },
  { to: '/advisories', label: texts.navigation.advisories, permission: 'image.read' },
  { to: '/admin/jobs', label: texts.navigation.jobs, permission: 'jobs.read' },
  { to: '/admin', label: texts.navigation.admin, permission: 'access.write' },
] as const;

/** Top bar, lines below it, and the page. */
export function AppShell() {
  const me = useMe();
  const queries = useQueryClient();
  const live = useLive(queries, me.data !== undefined);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts({ help: () => setHelpOpen(true) });
  const main = useFocusAfterNavigation();
  return (
    <>
      <a className={styles.skip} href="#content">
        {texts.skip}
      </a>
      <header className={styles.bar}>
        <div className={styles.inner}>
          <div className={styles.narrow}>
            <Disclosure
              label={texts.navigation.menu}
              className={styles.icon}
              button={<IconMenu2 size={20} stroke={1.75} />}
            >
              <Places permissions={me.data?.permissions ?? []} />
            </Disclosure>
          </div>
          <Link to="/" className={styles.logo}>
            <Logo />
            {texts.product}
          </Link>
          <div className={styles.wide}>
            <Places permissions={me.data?.permissions ?? []} />
          </div>
          <AccountMenu me={me.data} onKeyboard={() => setHelpOpen(true)} />
        </div>
      </header>
      <aside aria-label={texts.notices}>
        <LiveLine state={live} />
        {me.data?.developmentKey && <p className={styles.developmentKey}>{texts.developmentKey}</p>}
      </aside>
      <main id="content" ref={main} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <p id="announcements" className="visually-hidden" aria-live="polite" />
      {isHelpOpen && (
        <Suspense>
          <KeyboardHelp onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Places({ permissions }: { readonly permissions: readonly string[] }) {
  const { pathname } = useLocation();
  const isHere = (to: string) => {
    if (to === '/') return pathname === '/' || /^\/(entries|images)\//.test(pathname);
    if (to === '/admin') return pathname.startsWith('/admin') && !pathname.startsWith('/admin/jobs');
    return pathname.startsWith(to);
  };
  return (
    <nav aria-label={texts.navigation.label} className={styles.places}>
      {places
        .filter((place) => place.permission === null || permissions.includes(place.permission))
        .map((place) => (
          <Link
            key={place.to}
            to={place.to}
            activeOptions={{ exact: true }}
            aria-current={isHere(place.to) ? 'page' : undefined}
          >
            {place.label}
          </Link>
        ))}
    </nav>
  );
}

function LiveLine({ state }: { readonly state: LiveState }) {
  return (
    <div role="status">
      {state !== 'live' && (
        <p className={styles.live} data-state={state}>
          {texts.live[state]}
        </p>
      )}
    </div>
  );
}

function Logo() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" className={styles.mark}>
      <path d="M9.5 1h13L31 9.5v13L22.5 31h-13L1 22.5v-13z" />
      <path d="M9 23 16 8l7 15M6.5 19h19" />
    </svg>
  );
}

/** After another page was opened, reading goes on at its heading. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const page = pathname.split('/').slice(0, 3).join('/');
  const last = useRef(page);
  useEffect(() => {
    if (last.current === page) return;
    last.current = page;
    main.current?.focus({ preventScroll: true });
  }, [page]);
  return main;
}
