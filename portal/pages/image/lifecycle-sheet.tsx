import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import type { LifecycleDecision, RepositoryState } from '#model/api-images.ts';
import { announce } from '../../announce.ts';
import { request } from '../../client.ts';
import { Field } from '../../parts/field.tsx';
import { SideSheet } from '../../parts/side-sheet.tsx';

export type LifecycleVerb = 'retire' | 'restore' | 'extend';

const MIN_REASON = 10;

const words: Readonly<Record<LifecycleVerb, { title: string; effect: string; done: string; action: string }>> = {
  retire: {
    title: 'Retire',
    effect: 'Pulls are refused from now on, with this reason and the successor.',
    done: 'Retired.',
    action: 'Retire now',
  },
  restore: {
    title: 'Restore',
    effect: 'Pulls are served again. A newer lifecycle artifact says so.',
    done: 'Restored.',
    action: 'Restore',
  },
  extend: {
    title: 'Extend',
    effect: 'The image stays until the new end. Its owner and consumers see the reason.',
    done: 'Extended.',
    action: 'Extend',
  },
};

interface LifecycleSheetProps {
  readonly digest: string;
  readonly name: string;
  readonly place: RepositoryState;
  readonly verb: LifecycleVerb;
  readonly onClose: () => void;
}

/** A curator's decision about one image in one repository, with its reason. */
export function LifecycleSheet({ digest, name, place, verb, onClose }: LifecycleSheetProps) {
  const queries = useQueryClient();
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const untilField = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [successor, setSuccessor] = useState(place.successor ?? '');
  const [asked, setAsked] = useState(false);
  const { title, effect, done, action } = words[verb];
  const decide = useMutation({
    mutationFn: (body: LifecycleDecision) => request(`/images/${digest}/${verb}`, { method: 'POST', body }),
    onSuccess: async () => {
      announce(done);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['images', digest] }),
        queries.invalidateQueries({ queryKey: ['entries'] }),
      ]);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (reason.trim().length < MIN_REASON) return reasonField.current?.focus();
    if (verb === 'extend' && !until) return untilField.current?.focus();
    decide.mutate({
      repository: place.repository,
      reason,
      ...(verb === 'retire' && { successor: successor.trim() || null }),
      ...(verb !== 'retire' && until && { until }),
    });
  };
  return (
    <SideSheet title={`${title} ${name}`} onClose={onClose}>
      <form onSubmit={submit} className="stack" noValidate>
        <p className="muted">{effect}</p>
        <Field
          label="Reason"
          hint="At least 10 characters. Written to the history and the audit log."
          error={asked && reason.trim().length < MIN_REASON ? 'Say why in at least 10 characters.' : undefined}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              ref={reasonField}
              rows={3}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {verb === 'retire' ? (
          <Field label="Successor" hint="repository:tag that refused pulls name; empty for the newest supported tag.">
            {(attributes) => (
              <input {...attributes} value={successor} onChange={(event) => setSuccessor(event.target.value)} />
            )}
          </Field>
        ) : (
          <Field
            label="New end"
            hint={verb === 'extend' ? 'The last day of support.' : 'Empty: the end that its sources name.'}
            error={asked && verb === 'extend' && !until ? 'Say until when.' : undefined}
          >
            {(attributes) => (
              <input
                {...attributes}
                ref={untilField}
                type="date"
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        )}
        {decide.error && (
          <p role="alert" className="tone-critical">
            {decide.error.message}
          </p>
        )}
        <div className="actions">
          <Button type="submit" loading={decide.isPending}>
            {action}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </SideSheet>
  );
}
