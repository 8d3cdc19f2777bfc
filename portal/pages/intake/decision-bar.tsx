import { Button } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { AcceptanceScope, IntakeDecision, IntakeDetail } from '#model/api-intake.ts';
import { announce } from '../../announce.ts';
import { request } from '../../client.ts';
import { Field } from '../../parts/field.tsx';
import { keys } from '../../queries.ts';
import { useCommandKeys } from '../../shortcuts.ts';
import { AcceptanceFields, defaultAcceptance } from './acceptance-fields.tsx';
import styles from './decision-bar.module.css';

const MIN_REASON = 10;
type Verb = 'approve' | 'reject';
type Answer = { readonly verb: Verb; readonly body: Omit<IntakeDecision, 'scope'> & { scope?: AcceptanceScope } };

interface DecisionBarProps {
  readonly intake: IntakeDetail;
  /** What opens after the decision; undefined: the queue. */
  readonly next: string | undefined;
}

/** Approve or reject with a reason. A and R do the same; a missing reason gets the focus. */
export function DecisionBar({ intake, next }: DecisionBarProps) {
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const [reason, setReason] = useState('');
  const [acceptance, setAcceptance] = useState(defaultAcceptance);
  const [asked, setAsked] = useState(false);
  const [rejecting, setRejecting] = useState(false);
  const decide = useDecision(intake, next);
  const isShort = reason.trim().length < MIN_REASON;
  const hasOpen = intake.verdict?.results.some(({ outcome }) => outcome === 'fail' || outcome === 'open') ?? false;
  const withReason = (act: () => void) => {
    setAsked(true);
    if (isShort) reasonField.current?.focus();
    else act();
  };
  const approve = () =>
    withReason(() => decide.mutate({ verb: 'approve', body: { reason, ...(hasOpen && acceptance) } }));
  const askToReject = () => withReason(() => setRejecting(true));
  useCommandKeys((key) => {
    if (key !== 'a' && key !== 'r') return false;
    if (!decide.isPending) (key === 'a' ? approve : askToReject)();
    return true;
  });
  return (
    <section aria-label="Decision" className={styles.bar}>
      <Field
        label="Reason"
        hint={`Written to the verdict and the audit log, and sent to ${intake.pushedBy}.`}
        error={asked && isShort ? 'Say why in at least 10 characters.' : undefined}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            ref={reasonField}
            rows={2}
            maxLength={1000}
            placeholder="For example: signed releases start with 5.3; the digest was compared with the build record."
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {decide.error && (
        <p role="alert" className="tone-critical">
          {decide.error.message}
        </p>
      )}
      {rejecting ? (
        <RejectQuestion
          intake={intake}
          reason={reason}
          pending={decide.isPending}
          onReject={() => withReason(() => decide.mutate({ verb: 'reject', body: { reason } }))}
          onBack={() => setRejecting(false)}
        />
      ) : (
        <div className={styles.line}>
          {hasOpen && <AcceptanceFields value={acceptance} onChange={setAcceptance} intake={intake} />}
          <div className={styles.buttons}>
            {intake.status !== 'rejected' && (
              <Button variant="default" leftSection={<IconX size={16} aria-hidden="true" />} onClick={askToReject}>
                Reject…
              </Button>
            )}
            <Button
              leftSection={<IconCheck size={16} aria-hidden="true" />}
              loading={decide.isPending}
              onClick={approve}
            >
              Approve and catalog
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

/** Rejecting cannot be undone by a push: it is asked once more, with the words that the pusher gets. */
function RejectQuestion(props: {
  readonly intake: IntakeDetail;
  readonly reason: string;
  readonly pending: boolean;
  readonly onReject: () => void;
  readonly onBack: () => void;
}) {
  const { repository, tag, pushedBy } = props.intake;
  return (
    <div className={styles.question}>
      <p>
        <strong>{pushedBy}</strong> will read: “{repository}:{tag} was rejected: {props.reason.trim()}”
      </p>
      <div className={styles.buttons}>
        <Button variant="default" onClick={props.onBack}>
          Back
        </Button>
        <Button autoFocus loading={props.pending} onClick={props.onReject}>
          Reject and tell {pushedBy}
        </Button>
      </div>
    </div>
  );
}

function useDecision(intake: IntakeDetail, next: string | undefined) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ verb, body }: Answer) =>
      request<IntakeDetail>(`/intake/${encodeURIComponent(intake.id)}/${verb}`, { method: 'POST', body }),
    onSuccess: async (_, { verb }) => {
      const name = `${intake.repository}:${intake.tag}`;
      announce(verb === 'approve' ? `${name} is approved and goes to ${intake.target}.` : `${name} is rejected.`);
      await queries.invalidateQueries({ queryKey: keys.intake });
      void queries.invalidateQueries({ queryKey: keys.entries });
      if (next) await navigate({ to: '/intake/$id', params: { id: next } });
      requestAnimationFrame(() => document.getElementById('intake-name')?.focus());
    },
  });
}
