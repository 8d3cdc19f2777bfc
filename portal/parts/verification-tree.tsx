import {
  IconBox,
  IconCheck,
  IconFileCertificate,
  IconInfoSmall,
  IconMinus,
  IconSignature,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ReportRow } from '#model/api-images.ts';
import { formatSize } from '../format.ts';
import { texts } from '../texts.ts';
import { DigestChip } from './digest-chip.tsx';
import { signerName } from './signer-name.ts';
import { Chip } from './state-chip.tsx';
import styles from './verification-tree.module.css';

type Outcome = NonNullable<ReportRow['signature']>['checks'][number]['outcome'];

const icons: Readonly<Record<Outcome, typeof IconX>> = {
  passed: IconCheck,
  failed: IconX,
  logged: IconInfoSmall,
  'not-reached': IconMinus,
};

export interface VerificationTreeProps {
  readonly image: { readonly name: string; readonly digest: string };
  readonly report: ReportRow;
}

/** Image, its report, the report's signature, and the checks of that signature, each with the fact that proves it. */
export function VerificationTree({ image, report }: VerificationTreeProps) {
  const { signature } = report;
  return (
    <ul className={styles.tree}>
      <Node
        icon={<IconBox size={16} stroke={1.75} />}
        kind={texts.verification.image}
        name={image.name}
        digest={image.digest}
      >
        <Node
          icon={<IconFileCertificate size={16} stroke={1.75} />}
          kind={texts.verification.report}
          name={report.artifactType}
          digest={report.digest}
          aside={formatSize(report.sizeBytes)}
        >
          {signature ? (
            <Node
              icon={<IconSignature size={16} stroke={1.75} />}
              kind={texts.verification.signature}
              name={signerName(signature.signedBy)}
              digest={signature.digest}
              aside={signature.developmentKey && <Chip tone="warn">{texts.verification.developmentKey}</Chip>}
              vouches
            >
              <li>
                <ul className={styles.checks}>
                  {signature.checks.map((check) => (
                    <Check key={check.name} {...check} />
                  ))}
                </ul>
              </li>
            </Node>
          ) : (
            <li className={styles.unsigned}>{texts.verification.unsigned}</li>
          )}
        </Node>
      </Node>
    </ul>
  );
}

function Node(props: {
  readonly icon: ReactNode;
  readonly kind: string;
  readonly name: string;
  readonly digest: string;
  readonly aside?: ReactNode;
  readonly vouches?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <li className={styles.node}>
      <span className={styles.icon} data-vouches={props.vouches || undefined} aria-hidden="true">
        {props.icon}
      </span>
      <div className={styles.about}>
        <p>
          <strong>{props.kind}</strong> <code>{props.name}</code>
        </p>
        <p className={styles.facts}>
          <DigestChip digest={props.digest} copy={false} />
          {props.aside}
        </p>
      </div>
      <ul className={styles.children}>{props.children}</ul>
    </li>
  );
}

function Check({
  name,
  outcome,
  detail,
}: {
  readonly name: string;
  readonly outcome: Outcome;
  readonly detail: string;
}) {
  const Icon = icons[outcome];
  return (
    <li className={styles.check} data-outcome={outcome}>
      <span className={styles.mark} aria-hidden="true">
        <Icon size={14} stroke={2} />
      </span>
      <strong>
        {name}
        <span className="visually-hidden">: {texts.verification.outcomes[outcome]}</span>
      </strong>
      <span>{detail}</span>
    </li>
  );
}
