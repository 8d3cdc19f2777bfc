import { IconCalendarCheck, IconSignature, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ReportRow } from '#model/api-images.ts';
import type { Posture } from '#model/posture.ts';
import { formatDate } from '../format.ts';
import { texts } from '../texts.ts';
import { Octagon } from './grade.tsx';
import styles from './hallmark.module.css';
import { countsSentence } from './severity.tsx';
import { signerName } from './signer-name.ts';
import { Time } from './time.tsx';

export interface HallmarkProps {
  readonly owner: string | null;
  /** Where the image came from, in words. */
  readonly source?: string | null;
  readonly posture: Posture | null;
  /** Of the report that is current; null: not signed. */
  readonly signature: ReportRow['signature'];
  readonly scannedAt: string | null;
  readonly nextScanAt?: string | null;
}

/** The four marks that an assay office strikes: maker, fineness, office, date. */
export function Hallmark({ owner, source, posture, signature, scannedAt, nextScanAt }: HallmarkProps) {
  const { hallmark } = texts;
  return (
    <dl className={styles.hallmark}>
      <Mark
        icon={<IconUsers size={15} stroke={1.75} />}
        label={hallmark.maker}
        value={owner ?? hallmark.noOwner}
        detail={source}
      />
      <Mark
        icon={posture?.grade ?? '–'}
        label={hallmark.fineness}
        value={posture ? texts.grade.of(posture.grade) : texts.grade.none}
        detail={posture && countsSentence(posture.counts)}
      />
      <Mark icon={<IconSignature size={15} stroke={1.75} />} label={hallmark.office} {...officeOf(signature)} />
      <Mark
        icon={<IconCalendarCheck size={15} stroke={1.75} />}
        label={hallmark.date}
        value={scannedAt ? <AssayedAt at={scannedAt} /> : hallmark.notAssayed}
        detail={nextScanAt && hallmark.next(formatDate(nextScanAt))}
      />
    </dl>
  );
}

function AssayedAt({ at }: { readonly at: string }) {
  const [before, after] = texts.hallmark.assayed('\u0000').split('\u0000');
  return (
    <>
      {before}
      <Time at={at} />
      {after}
    </>
  );
}

function officeOf(signature: ReportRow['signature']): Pick<MarkProps, 'value' | 'detail' | 'tone'> {
  const { hallmark } = texts;
  if (!signature) return { value: hallmark.unsigned, tone: 'dashed' };
  if (!signature.valid) {
    const failed = signature.checks.find((check) => check.outcome === 'failed');
    return { value: hallmark.invalid, tone: 'critical', detail: failed && `${failed.name}: ${failed.detail}` };
  }
  const value = hallmark.signedBy(signerName(signature.signedBy));
  if (signature.developmentKey) return { value, tone: 'warn', detail: hallmark.developmentKey };
  return { value, detail: signature.expiresAt && hallmark.validUntil(formatDate(signature.expiresAt)) };
}

interface MarkProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
  readonly tone?: 'dashed' | 'warn' | 'critical';
}

function Mark({ icon, label, value, detail, tone }: MarkProps) {
  return (
    <div className={styles.mark} data-tone={tone}>
      <dt>
        <Octagon size={36}>{icon}</Octagon>
        <span>{label}</span>
      </dt>
      <dd>
        <strong>{value}</strong>
        {detail && <span>{detail}</span>}
      </dd>
    </div>
  );
}
