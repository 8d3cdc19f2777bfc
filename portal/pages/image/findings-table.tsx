import { useState } from 'react';
import type { FindingRow } from '#model/api-images.ts';
import { FindingRows } from './finding-rows.tsx';
import styles from './findings-table.module.css';
import type { PackageGroup } from './package-groups.ts';
import { PackageHeadRow } from './package-head-row.tsx';
import { useRowKeys } from './use-row-keys.ts';

/** So many packages are opened and drawn at first. */
const OPEN_AT_FIRST = 5;
const STEP = 60;

interface FindingsTableProps {
  readonly groups: readonly PackageGroup[];
  /** Diff ID → `layer 3, RUN apt-get …`. */
  readonly layerNames: ReadonlyMap<string, string>;
}

/** A tree of packages and their findings. Right and Left open and close a package, Enter opens a finding. */
export function FindingsTable({ groups, layerNames }: FindingsTableProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const [shown, setShown] = useState(STEP);
  const onKeyDown = useRowKeys();
  const toggle = (key: string) => setToggled((before) => withToggled(before, key));
  const visible = groups.slice(0, shown);
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows of a treegrid are a table that opens and closes */}
      <table role="treegrid" aria-label="Findings by package" className={styles.table} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col" className={styles.score}>
              CVSS
            </th>
            <th scope="col">Finding</th>
            <th scope="col">Summary</th>
            <th scope="col">Fixed in</th>
          </tr>
        </thead>
        {visible.map((group, index) => {
          const open = index < OPEN_AT_FIRST !== toggled.has(group.key);
          return (
            <tbody key={group.key}>
              <PackageHeadRow
                group={group}
                open={open}
                first={index === 0}
                layerName={layerNames.get(group.layers[0] ?? '')}
                onToggle={() => toggle(group.key)}
              />
              {open &&
                group.findings.map((finding) => (
                  <FindingRows
                    key={finding.id}
                    finding={finding}
                    open={opened === keyOf(finding)}
                    onToggle={() => setOpened(opened === keyOf(finding) ? undefined : keyOf(finding))}
                  />
                ))}
            </tbody>
          );
        })}
      </table>
      {shown < groups.length && (
        <button type="button" className={styles.more} onClick={() => setShown(shown + STEP)}>
          {`Packages ${shown + 1} to ${Math.min(groups.length, shown + STEP)} of ${groups.length}`}
        </button>
      )}
    </div>
  );
}

const keyOf = (finding: FindingRow) => `${finding.package.purl} ${finding.id}`;

function withToggled(keys: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
