import { formatDateTime } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Reasons } from '../../parts/reasons.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { DataDates } from '../intake/data-dates.tsx';
import { verdictHeading } from '../intake/verdict-heading.ts';
import type { ImageTabProps } from './image-tabs.ts';

export function VerdictsTab({ image: { verdict } }: ImageTabProps) {
  if (!verdict)
    return (
      <EmptyState title="Not judged yet">
        <p>A verdict appears here when the image goes through intake.</p>
      </EmptyState>
    );
  return (
    <Panel
      title={verdictHeading(verdict.results)}
      sub={`Judged ${formatDateTime(verdict.judgedAt)} by version ${verdict.policyVersion} of the rules.`}
    >
      <Reasons results={verdict.results} />
      <DataDates dates={verdict.dataDates} />
    </Panel>
  );
}
