import { useMemo, useState } from 'react';
import type { FindingRow, LayerRow } from '#model/api-images.ts';
import { formatDateTime } from '../../format.ts';

import { EmptyState, ErrorState, Skeletons } from '../../parts/states.tsx';
import { matchesFilter, noFilter } from './finding-filter.ts';
import { FindingsTable } from './findings-table.tsx';
import { FindingsToolbar } from './findings-toolbar.tsx';
import { useAllFindings, useAllLayers } from './image-queries.ts';
import type { ImageTabProps } from './image-tabs.ts';
import { groupByPackage } from './package-groups.ts';
import styles from './tab.module.css';

export function FindingsTab({ image, digest, platform }: ImageTabProps) {
  const findings = useAllFindings(digest, platform);
  const layers = useAllLayers(digest, platform);
  const [filter, setFilter] = useState(noFilter);
  const layerNames = useMemo(() => nameLayers(layers.items ?? []), [layers.items]);
  const groups = useMemo(
    () => groupByPackage((findings.items ?? []).filter((finding) => matchesFilter(finding, filter))),
    [findings.items, filter],
  );
  if (findings.error && !findings.items) return <ErrorState error={findings.error} retry={findings.retry} />;
  if (!findings.items) return <Skeletons rows={8} />;
  if (findings.items.length === 0 && !findings.growing)
    return (
      <EmptyState title={image.scannedAt ? 'No findings' : 'Not scanned yet'}>
        {image.scannedAt
          ? `${image.posture?.packages ?? 0} packages were compared with the advisories, ${formatDateTime(image.scannedAt)}.`
          : 'Findings appear here when the first scan is done.'}
      </EmptyState>
    );
  return (
    <>
      <FindingsToolbar filter={filter} onChange={setFilter} present={severitiesOf(findings.items)} />
      {groups.length > 0 ? (
        <FindingsTable groups={groups} layerNames={layerNames} />
      ) : (
        <EmptyState title="No finding matches">
          {`${findings.items.length} findings do not match the filter.`}
          <button type="button" className={`plain link ${styles.textButton}`} onClick={() => setFilter(noFilter)}>
            Show all findings
          </button>
        </EmptyState>
      )}
      {findings.growing && <p className={styles.note}>More findings are on their way…</p>}
      {findings.cut && <p className={styles.note}>Only the first {findings.items.length} findings are shown.</p>}
    </>
  );
}

function severitiesOf(findings: readonly FindingRow[]) {
  return new Set(findings.map((finding) => finding.severity));
}

/** `layer 3, RUN apt-get install…`, counted from the bottom. */
function nameLayers(layers: readonly LayerRow[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [index, layer] of layers.entries()) {
    const command = layer.createdBy.length > 40 ? `${layer.createdBy.slice(0, 38)}…` : layer.createdBy;
    names.set(layer.diffId, command ? `layer ${index + 1}, ${command}` : `layer ${index + 1}`);
  }
  return names;
}
