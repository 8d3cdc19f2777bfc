import { useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { Me } from '#model/api-access.ts';
import styles from './account-menu.module.css';
import { request } from './client.ts';
import { Disclosure } from './parts/disclosure.tsx';
import { LinkButton } from './parts/link-button.tsx';
import { Segments } from './parts/segments.tsx';
import { texts } from './texts.ts';

const schemes = (['auto', 'light', 'dark'] as const).map((value) => ({ value, label: texts.account.schemes[value] }));

/** Who is signed in, the colours, the way out. */
export function AccountMenu({ me, onKeyboard }: { readonly me: Me | undefined; readonly onKeyboard: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { href, pathname } = useLocation();
  const signOut = useSignOut();
  const isSignedIn = me !== undefined && !me.anonymous;
  return (
    <div className={styles.account}>
      {me?.anonymous && pathname !== '/sign-in' && (
        <LinkButton to="/sign-in" search={{ to: href }} variant="default" className={styles.signIn}>
          {texts.account.signIn}
        </LinkButton>
      )}
      <Disclosure
        label={`${initialsOf(me?.name ?? '')} ${texts.account.label(me?.name ?? '')}`}
        className={styles.avatar}
        button={<span aria-hidden="true">{initialsOf(me?.name ?? '')}</span>}
      >
        {isSignedIn && <p className={styles.name}>{me.name}</p>}
        {isSignedIn && (
          <Link to="/account" className={styles.item}>
            {texts.account.open}
          </Link>
        )}
        <button type="button" data-closes className={styles.item} onClick={onKeyboard}>
          {texts.account.keyboard} <kbd>?</kbd>
        </button>
        <div className={styles.scheme}>
          <span>{texts.account.scheme}</span>
          <Segments label={texts.account.scheme} options={schemes} value={colorScheme} onChange={setColorScheme} />
        </div>
        {isSignedIn && (
          <button type="button" data-closes className={styles.item} onClick={() => signOut.mutate()}>
            {texts.account.signOut}
          </button>
        )}
      </Disclosure>
    </div>
  );
}

function useSignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => request<void>('/session', { method: 'DELETE' }),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/sign-in' });
    },
  });
}

function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = '', second = ''] = words;
  return (second ? first.charAt(0) + second.charAt(0) : first.slice(0, 2)).toUpperCase() || '–';
}
