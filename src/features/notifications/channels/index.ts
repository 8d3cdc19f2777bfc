import { log } from './log.ts';
import { webhook } from './webhook.ts';

/** The ways to tell somebody of events. */
export const channels = { log, webhook } as const;
export type ChannelId = keyof typeof channels;
