import type { ComponentType } from 'react';
import type { ImageDetail, RepositoryState } from '#model/api-images.ts';
import { FindingsTab } from './findings-tab.tsx';
import { LayersTab } from './layers-tab.tsx';
import { LifecycleTab } from './lifecycle-tab.tsx';
import { PackagesTab } from './packages-tab.tsx';
import { ReportsTab } from './reports-tab.tsx';
import { VerdictsTab } from './verdicts-tab.tsx';

export interface ImageTabProps {
  readonly image: ImageDetail;
  /** The digest of the page's address, which may be an index. */
  readonly digest: string;
  readonly platform: string | undefined;
  /** The repository through which the image is looked at; undefined when none holds it. */
  readonly place: RepositoryState | undefined;
  /** `golden/node:24-trixie`, or the repository and the digest. */
  readonly name: string;
}

interface ImageTab {
  readonly id: string;
  readonly label: string;
  readonly count?: (image: ImageDetail) => number | undefined;
  readonly component: ComponentType<ImageTabProps>;
}

/** In the order in which they stand; the first is the one without a name in the address. */
export const imageTabs: readonly ImageTab[] = [
  { id: 'findings', label: 'Findings', count: countFindings, component: FindingsTab },
  { id: 'packages', label: 'Packages', count: (image) => image.posture?.packages, component: PackagesTab },
  { id: 'layers', label: 'Layers', component: LayersTab },
  { id: 'reports', label: 'Reports and signatures', count: (image) => image.reports.length, component: ReportsTab },
  { id: 'lifecycle', label: 'Lifecycle', component: LifecycleTab },
  { id: 'verdicts', label: 'Verdict', component: VerdictsTab },
];

function countFindings({ posture }: ImageDetail): number | undefined {
  return posture ? Object.values(posture.counts).reduce((sum, count) => sum + count, 0) : undefined;
}
