import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useId } from 'react';
import { addDays } from '#kernel/clock.ts';
import type { TokenCreation } from '#model/api-access.ts';
import styles from './account.module.css';
import { accountTexts } from './account-texts.ts';

const durations = ['30', '90', '365', ''] as const;

export function NewToken(props: { readonly isPending: boolean; readonly onCreate: (token: TokenCreation) => void }) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get('days'));
    const expiresAt = days > 0 ? addDays(new Date(), days).toISOString() : null;
    props.onCreate({ name: String(form.get('name')).trim(), expiresAt });
    event.currentTarget.reset();
  };
  return (
    <form className={styles.create} onSubmit={submit}>
      <TextInput name="name" label={accountTexts.newName} maxLength={100} required withAsterisk={false} />
      <div>
        <label htmlFor={id}>{accountTexts.newDays}</label>
        <select id={id} name="days" defaultValue="90">
          {durations.map((days) => (
            <option key={days} value={days}>
              {accountTexts.days[days]}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" loading={props.isPending}>
        {accountTexts.make}
      </Button>
    </form>
  );
}
