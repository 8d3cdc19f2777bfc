import { Button } from '@mantine/core';
import { IconCheck, IconDownload, IconFileCertificate, IconMinus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReportRow } from '#model/api-images.ts';
import { formatDate } from '../../format.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { VerificationTree } from '../../parts/verification-tree.tsx';
import { meOptions } from '../../queries.ts';
import { placeOf } from './image-address.ts';
import type { ImageTabProps } from './image-tabs.ts';
import styles from './reports-tab.module.css';

const kindNames = { vulnerability: 'Vulnerabilities', malware: 'Malware' } as const;
const formatNames: Readonly<Record<string, string>> = { sarif: 'SARIF 2.1.0', cyclonedx: 'CycloneDX' };

export function ReportsTab({ image, digest, name }: ImageTabProps) {
  const [chosen, setChosen] = useState<string>();
  const [earlier, setEarlier] = useState(false);
  const current = image.reports.filter((report) => report.current);
  const older = image.reports.filter((report) => !report.current);
  const report = image.reports.find((each) => each.digest === chosen) ?? current[0] ?? older[0];
  if (!report)
    return (
      <EmptyState title="No reports yet">
        <p>A signed report appears here when the image is cataloged and scanned.</p>
      </EmptyState>
    );
  const listed = earlier || current.length === 0 ? image.reports : current;
  return (
    <div className={styles.sides}>
      <div className={styles.list}>
        <ul aria-label="Reports">
          {listed.map((each) => (
            <li key={each.digest}>
              <ReportButton report={each} chosen={each === report} onChoose={() => setChosen(each.digest)} />
            </li>
          ))}
        </ul>
        {older.length > 0 && current.length > 0 && (
          <button type="button" className={`plain ${styles.earlier}`} onClick={() => setEarlier(!earlier)}>
            <span className="link">{earlier ? 'Only current reports' : `${older.length} earlier reports`}</span>
          </button>
        )}
      </div>
      {/* Reports lie with the catalog's image, whatever repository the reader came by. */}
      <ReportPanel
        report={report}
        imageName={name}
        digest={digest}
        repository={placeOf(image, undefined)?.repository}
      />
    </div>
  );
}

function ReportButton(props: { readonly report: ReportRow; readonly chosen: boolean; readonly onChoose: () => void }) {
  const { report } = props;
  return (
    <button type="button" className={styles.report} aria-pressed={props.chosen} onClick={props.onChoose}>
      <IconFileCertificate size={18} stroke={1.5} aria-hidden="true" />
      <span className={styles.what}>
        <strong>{kindNames[report.kind]}</strong>
        <span>
          {nameOfFormat(report)} · <Time at={report.createdAt} />
        </span>
      </span>
      <span className={styles.until}>until {formatDate(report.validUntil)}</span>
      <SignatureMark report={report} />
    </button>
  );
}

function SignatureMark({ report: { signature } }: { readonly report: ReportRow }) {
  const outcome = signature ? (signature.valid ? 'valid' : 'invalid') : 'unsigned';
  const Icon = { valid: IconCheck, invalid: IconX, unsigned: IconMinus }[outcome];
  const words = { valid: 'Signature valid', invalid: 'Signature invalid', unsigned: 'Not signed' }[outcome];
  return (
    <span className={styles.mark} data-outcome={outcome} role="img" aria-label={words} title={words}>
      <Icon size={14} stroke={2} aria-hidden="true" />
    </span>
  );
}

interface ReportPanelProps {
  readonly report: ReportRow;
  readonly imageName: string;
  readonly digest: string;
  readonly repository: string | undefined;
}

function ReportPanel({ report, imageName, digest, repository }: ReportPanelProps) {
  const { data: me } = useQuery(meOptions);
  const command =
    repository && `notation verify ${me?.registryHost ?? window.location.host}/${repository}@${report.digest}`;
  const download = (
    <Button
      component="a"
      href={report.href}
      download
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.75} aria-hidden="true" />}
    >
      Download
    </Button>
  );
  return (
    <Panel title={`${kindNames[report.kind]}, ${nameOfFormat(report)}`} sub={summaryOf(report)} actions={download}>
      <VerificationTree image={{ name: imageName, digest }} report={report} />
      {command && (
        <div className={styles.check}>
          <h3>Check it yourself</h3>
          <div className={styles.command}>
            <code>{command}</code>
            <CopyButton text={command} label="Copy the command" />
          </div>
          <p>
            Get the trust store and policy once with <code>assay trust export DIR</code>.
          </p>
        </div>
      )}
    </Panel>
  );
}

/** `5 checks, all passed. Signed 23 Nov 2026.` */
function summaryOf({ signature }: ReportRow): string {
  if (!signature) return 'This report carries no signature, so nothing vouches for it.';
  const count = signature.checks.length;
  const failed = signature.checks.find(({ outcome }) => outcome === 'failed');
  const words = count === 1 ? '1 check' : `${count} checks`;
  if (failed) return `${words}; ${failed.name} failed.`;
  const logged = signature.checks.filter(({ outcome }) => outcome === 'logged').length;
  const passed = logged > 0 ? `${words}, ${count - logged} passed, ${logged} logged only.` : `${words}, all passed.`;
  return `${passed} Signed ${formatDate(signature.signedAt)}.`;
}

function nameOfFormat({ format }: ReportRow): string {
  return formatNames[format] ?? format;
}
