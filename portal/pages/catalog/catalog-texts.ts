import { plural } from '../../texts.ts';

export const catalogTexts = {
  search: 'Search the catalog',
  placeholder: 'Search names, packages, findings, owners; try openssl 3.5 python',
  clearSearch: 'Clear the search',
  count: (matching: number, total: number) => {
    if (matching === 0) return 'No image';
    if (matching === total) return plural(total, 'image', 'images');
    return `${matching.toLocaleString()} of ${plural(total, 'image', 'images')}`;
  },
  clear: 'Clear',
  drop: (label: string) => `Drop the filter ${label}`,
  sort: 'Sort by',
  sorts: { name: 'Name', grade: 'Grade', end: 'Ends first', updated: 'Newest change' },
  filters: (count: number) => (count > 0 ? `Filters · ${count}` : 'Filters'),
  show: (count: number) => `Show ${plural(count, 'image', 'images')}`,
  facets: {
    label: 'Filters',
    grade: 'Posture',
    support: 'Supported until',
    distribution: 'Distribution',
    owner: 'Owner',
    state: 'State',
  },
  supports: {
    supported: 'More than 6 months',
    ending: 'Less than 6 months',
    ended: 'Ended',
    unknown: 'No end date',
  } as Readonly<Record<string, string>>,
  columns: {
    image: 'Image',
    tag: 'Recommended tag',
    posture: 'Posture',
    support: 'Supported until',
    owner: 'Owner',
    copy: 'Copy',
  },
  noTag: 'no supported tag',
  noDistribution: 'no distribution',
  noOwner: 'no owner',
  restricted: 'Restricted',
  fixable: (count: number) => (count > 0 ? `${count.toLocaleString()} can be fixed` : 'nothing to fix'),
  teams: (count: number) =>
    count > 0 ? `${count.toLocaleString()} ${count === 1 ? 'pulls' : 'pull'} it` : 'nobody pulls it yet',
  more: 'Show more',
  newRows: (count: number) => `${count.toLocaleString()} new`,
  notHere: 'Not here? A publisher can push it to staging/, or bring it in with',
  bringIn: 'assay intake add REFERENCE',
  keys: { move: 'move', open: 'open', copy: 'copy pull command' },
  empty: {
    words: (words: readonly string[]) => `No image has ${words.join(' and ')}`,
    filters: 'No image passes these filters',
    body: 'Every word must occur in the name, the sentence, the owner, a package, a finding or a label. Fewer words or filters find more.',
    all: 'Show all images',
    dropFilters: 'Drop the filters',
  },
  first: {
    title: 'The catalog is empty',
    body: 'Images appear here when they pass the gate. Push the first one to staging/ and watch its intake, or bring one in from another registry.',
  },
} as const;
