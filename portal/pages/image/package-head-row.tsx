import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import styles from './findings-table.module.css';
import type { PackageGroup } from './package-groups.ts';

interface PackageHeadRowProps {
  readonly group: PackageGroup;
  readonly open: boolean;
  /** The row that Tab reaches. */
  readonly first: boolean;
  readonly layerName: string | undefined;
  readonly onToggle: () => void;
}

/** The package with its version and place, and the one upgrade that ends its findings. */
export function PackageHeadRow({ group, open, first, layerName, onToggle }: PackageHeadRowProps) {
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const wantsChange = event.key === 'Enter' || event.key === (open ? 'ArrowLeft' : 'ArrowRight');
    if (!wantsChange) return;
    event.preventDefault();
    onToggle();
  };
  return (
    <tr
      data-row=""
      aria-level={1}
      aria-expanded={open}
      tabIndex={first ? 0 : -1}
      className={styles.package}
      onKeyDown={onKeyDown}
    >
      <td colSpan={5}>
        <div className={styles.packageLine}>
          <button type="button" className={styles.toggle} tabIndex={-1} onClick={onToggle}>
            <Chevron size={16} stroke={1.75} aria-hidden="true" />
            <strong>{group.package.name}</strong>
            <code>{group.package.version}</code>
          </button>
          <span className={styles.place}>{placeOf(group, layerName)}</span>
          <UpgradeText group={group} />
        </div>
      </td>
    </tr>
  );
}

/** `Debian 13 · layer 3, RUN apt-get …`; the path where no layer is known. */
function placeOf(group: PackageGroup, layerName: string | undefined): string {
  const ecosystem = group.package.ecosystem.replace(':', ' ') || 'unknown ecosystem';
  const [path] = group.paths;
  const more = group.paths.length > 1 ? ` and ${group.paths.length - 1} more` : '';
  return [ecosystem, layerName, path && `${path}${more}`].filter(Boolean).join(' · ');
}

function UpgradeText({ group }: { readonly group: PackageGroup }) {
  const { version, fixes, of } = group.upgrade;
  if (version === undefined) return <span className={styles.upgrade}>No fixed version yet</span>;
  const words = fixes < of ? `Fixes ${fixes} of ${of}:` : of > 1 && `One upgrade fixes all ${of}:`;
  return (
    <span className={styles.upgrade}>
      {words || 'Fixed in'} <code>{version}</code>
      <CopyButton text={version} label={`Copy the fixed version of ${group.package.name}`} />
    </span>
  );
}
