import type { ImageState } from '#model/image-state.ts';
import type { Severity } from '#model/severity.ts';
import type { RuleOutcome } from '#model/verdict.ts';

/** `1 image`, `4 images`. */
export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

const severityNames: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  unknown: 'Unknown',
};
const stateNames: Readonly<Record<ImageState, string>> = {
  staged: 'Staged',
  approved: 'Approved',
  deprecated: 'Deprecated',
  retired: 'Retired',
  removed: 'Removed',
  rejected: 'Rejected',
  quarantined: 'Quarantined',
};
const outcomeNames: Readonly<Record<RuleOutcome, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  open: 'Undecided',
  accepted: 'Accepted',
};

/** Every text of the frame, the parts and the first pages. Pages that load later may bring their own beside them. */
export const texts = {
  product: 'Assay',
  skip: 'Skip to the content',
  notices: 'Notices',
  severity: severityNames,
  state: stateNames,
  outcome: outcomeNames,
  navigation: {
    label: 'Main',
    catalog: 'Catalog',
    intake: 'Intake',
    advisories: 'Advisories',
    jobs: 'Jobs',
    admin: 'Admin',
    menu: 'Menu',
  },
  account: {
    label: (name: string) => `Account of ${name}`,
    open: 'Account and tokens',
    signIn: 'Sign in',
    signOut: 'Sign out',
    scheme: 'Colours',
    schemes: { auto: 'System', light: 'Light', dark: 'Dark' },
    keyboard: 'Keyboard',
  },
  live: {
    'catching-up': 'Connection interrupted; catching up. What you see may be some moments old.',
    lost: 'The server cannot be reached. What you see is from before; changes wait until it answers.',
    back: 'Connected again.',
  },
  developmentKey:
    'Reports are signed by a development key that Assay made itself. No one outside should trust these signatures.',
  copy: {
    copy: 'Copy',
    copied: 'Copied',
    command: (name: string) => `Copy the pull command of ${name}`,
    digest: 'Copy the digest',
    failed: 'The browser did not allow copying; select the text instead.',
  },
  grade: { none: 'No grade yet', of: (grade: string) => `Grade ${grade}`, stale: 'The report has expired.' },
  counts: {
    clean: 'no open findings',
    problems: (count: number) => `${plural(count, 'problem', 'problems')}: something was not read or not compared`,
    none: 'not scanned yet',
  },
  support: {
    unknown: 'unknown',
    unknownWhy: 'No source names an end date.',
    noEnd: 'no end date',
    ended: 'ended',
    sentence: (day: string, left: string) => `Supported until ${day}, ${left} left.`,
    endedSentence: (day: string) => `Support ended on ${day}.`,
    decidedBy: (subject: string) => `${subject} decides the date.`,
  },
  pull: { label: 'How to pull', refused: 'This image cannot be pulled.' },
  reasons: { todo: 'What to do' },
  verification: {
    image: 'Image',
    report: 'Report',
    signature: 'Signature',
    unsigned: 'This report is not signed.',
    developmentKey: 'development key',
    outcomes: { passed: 'passed', failed: 'failed', logged: 'logged only', 'not-reached': 'not reached' },
  },
  hallmark: {
    title: 'Hallmark',
    maker: 'Maker',
    fineness: 'Fineness',
    office: 'Office',
    date: 'Date',
    noOwner: 'no owner',
    unsigned: 'not signed',
    invalid: 'Signature invalid',
    signedBy: (name: string) => `Signed by ${name}`,
    validUntil: (day: string) => `valid until ${day}`,
    developmentKey: 'development key; do not trust it outside',
    assayed: (when: string) => `Assayed ${when}`,
    notAssayed: 'not assayed yet',
    next: (when: string) => `next scan ${when}`,
    check: 'Check the signature yourself',
  },
  error: {
    title: 'This could not be loaded',
    requestId: 'Request',
    again: 'Try again',
    page: 'This page failed',
    pageHelp: 'The rest of the portal still works.',
  },
  denied: { title: 'You may not see this', signIn: 'Sign in', ask: 'An administrator can grant the right.' },
  notFound: { title: 'There is no such page', help: 'The address may be old or mistyped.', action: 'Open the catalog' },
  facets: {
    more: (count: number) => `${count} more`,
    fewer: 'Fewer',
    find: (title: string) => `Find ${title.toLowerCase()}`,
  },
} as const;
