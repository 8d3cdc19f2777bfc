import { Button, PasswordInput, TextInput } from '@mantine/core';
import '@mantine/core/styles/PasswordInput.css';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import type { SignIn } from '#model/api-access.ts';
import { RequestError, request } from '../client.ts';
import { texts } from '../texts.ts';
import { useTitle } from '../title.ts';
import styles from './sign-in.module.css';

const route = getRouteApi('/sign-in');
const words = {
  title: 'Sign in',
  username: 'User name',
  password: 'Password or token',
  submit: 'Sign in',
  wrong: 'The user name, password or token is wrong.',
  first: 'On a new installation the user is admin; the first start said where its password lies.',
  browse: 'Read the catalog without signing in',
};

export function SignInPage() {
  const { to } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  useTitle(words.title);
  const signIn = useMutation({
    mutationFn: (body: SignIn) => request<unknown>('/session', { method: 'POST', body }),
    onSuccess: async () => {
      // What was read as somebody else is not shown again.
      queries.clear();
      router.history.push(to ?? '/');
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ username: String(form.get('username')), password: String(form.get('password')) });
  };
  const isWrong = signIn.error instanceof RequestError && signIn.error.status === 401;
  return (
    <div className={`page ${styles.page}`}>
      <form className={styles.form} onSubmit={submit}>
        <h1>{words.title}</h1>
        {signIn.error && (
          <p role="alert" className={styles.error}>
            {isWrong ? words.wrong : signIn.error.message}
          </p>
        )}
        <TextInput
          name="username"
          label={words.username}
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          name="password"
          label={words.password}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={signIn.isPending}>
          {words.submit}
        </Button>
        <p className="faint small">{words.first}</p>
        <Link to="/" className="link small">
          {words.browse}
        </Link>
      </form>
      <span className="visually-hidden">{texts.product}</span>
    </div>
  );
}
