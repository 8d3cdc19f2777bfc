import type { CliCommand } from './command.ts';

/** A command by name; its module is loaded only when it is called, so that each starts as fast as it can. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CliCommand>;
}

export const commands: readonly CommandEntry[] = [
  { name: 'serve', summary: 'start the server', load: async () => (await import('./serve.ts')).serveCommand },
  {
    name: 'scan',
    summary: 'scan an image without a server',
    load: async () => (await import('./scan.ts')).scanCommand,
  },
  {
    name: 'login',
    summary: 'sign in to a server and remember it',
    load: async () => (await import('./login.ts')).loginCommand,
  },
  { name: 'entries', summary: 'find golden images', load: async () => (await import('./entries.ts')).entriesCommand },
  {
    name: 'images',
    summary: 'what is known of one image',
    load: async () => (await import('./images.ts')).imagesCommand,
  },
  {
    name: 'intake',
    summary: 'what was pushed, verdicts, decisions',
    load: async () => (await import('./intake.ts')).intakeCommand,
  },
  {
    name: 'reports',
    summary: 'list and download signed reports',
    load: async () => (await import('./reports.ts')).reportsCommand,
  },
  {
    name: 'verify',
    summary: 'check the signatures of an image and its reports',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'trust',
    summary: 'what verifiers need to trust this catalog',
    load: async () => (await import('./trust.ts')).trustCommand,
  },
  {
    name: 'advisories',
    summary: 'advisory sources, and which images one touches',
    load: async () => (await import('./advisories.ts')).advisoriesCommand,
  },
  {
    name: 'lifecycle',
    summary: 'what ends when; retire, restore, extend',
    load: async () => (await import('./lifecycle.ts')).lifecycleCommand,
  },
  { name: 'users', summary: 'users, roles, tokens', load: async () => (await import('./users.ts')).usersCommand },
  {
    name: 'gc',
    summary: 'collect what no image needs any more',
    load: async () => (await import('./gc.ts')).gcCommand,
  },
  {
    name: 'rules',
    summary: 'immutable tags, quotas, rates, undeletion, retention',
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  {
    name: 'retention',
    summary: 'remove what no retention rule keeps',
    load: async () => (await import('./retention.ts')).retentionCommand,
  },
  {
    name: 'undelete',
    summary: 'bring back what was deleted',
    load: async () => (await import('./undelete.ts')).undeleteCommand,
  },
  {
    name: 'scrub',
    summary: 'check all stored bytes, and mend what is damaged',
    load: async () => (await import('./scrub.ts')).scrubCommand,
  },
  {
    name: 'versions',
    summary: 'how versions are ordered',
    load: async () => (await import('./versions.ts')).versionsCommand,
  },
];
