import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { EntryDetail, EntryPatch } from '#model/api-entries.ts';
import { announce } from '../../announce.ts';
import { request } from '../../client.ts';
import { Field } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { keys } from '../../queries.ts';
import { entryTexts } from './entry-texts.ts';
import { patchOf, type SettingsFields, settingsOf } from './settings-fields.ts';
import styles from './settings-form.module.css';

const texts = entryTexts.edit;

const rows: readonly { name: keyof SettingsFields; label: string; hint: string; type?: string }[] = [
  { name: 'description', label: texts.description, hint: texts.descriptionHint },
  { name: 'owner', label: texts.owner, hint: texts.ownerHint },
  { name: 'categories', label: texts.categories, hint: texts.categoriesHint },
  { name: 'endOfLife', label: texts.endOfLife, hint: texts.endOfLifeHint, type: 'date' },
  { name: 'deprecateDaysBefore', label: texts.deprecate, hint: texts.daysHint },
  { name: 'retireDaysAfter', label: texts.retire, hint: texts.daysHint },
  { name: 'successor', label: texts.successor, hint: texts.successorHint },
];

/** Owner, description, categories and support policy of an entry. */
export function SettingsForm({ entry }: { readonly entry: EntryDetail }) {
  const queries = useQueryClient();
  const [fields, setFields] = useState(() => settingsOf(entry));
  const save = useMutation({
    mutationFn: (body: EntryPatch) =>
      request<EntryDetail>(`/entries/${encodeURIComponent(entry.repository)}`, { method: 'PATCH', body }),
    onSuccess: async (changed) => {
      queries.setQueryData(keys.entry(entry.repository), changed);
      announce(texts.saved);
      await queries.invalidateQueries({ queryKey: keys.entries });
    },
  });
  const { patch, faulty } = patchOf(fields);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (patch) save.mutate(patch);
  };
  return (
    <Panel title={texts.title} sub={texts.sub}>
      <form onSubmit={submit} className={styles.form} noValidate>
        {rows.map(({ name, label, hint, type = 'text' }) => (
          <Field key={name} label={label} hint={hint} error={faulty.includes(name) ? texts.days : undefined}>
            {(attributes) => (
              <input
                {...attributes}
                type={type}
                value={fields[name]}
                onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        {save.error && (
          <p role="alert" className="tone-critical">
            {save.error.message}
          </p>
        )}
        {save.isSuccess && <p className="tone-good">{texts.saved}</p>}
        <div>
          <Button type="submit" loading={save.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
