import { createHash } from 'node:crypto';
import type { AssayEvent, EventType } from '#model/event.ts';
import type { ChannelDeps } from './channel.ts';
import { channels } from './channels/index.ts';

/** Somebody who is told of events, on a channel. */
export interface Endpoint {
  /** Stays the same over restarts: what was sent to it hangs on it. */
  readonly id: string;
  /** Undefined: all. */
  readonly types: readonly EventType[] | undefined;
  send(deps: ChannelDeps, event: AssayEvent): Promise<void>;
}

/** The log as an endpoint. */
export function logEndpoint(types?: readonly EventType[]): Endpoint {
  return { id: 'log', types, send: (deps, event) => channels.log.send(deps, {}, event) };
}

/** A configured webhook as an endpoint; no kinds of events mean all. Throws when the configuration is no webhook's. */
export function webhookEndpoint(config: {
  readonly url: string;
  readonly secret: string;
  readonly events?: readonly string[];
}): Endpoint {
  const { url, secret } = channels.webhook.Config.parse(config);
  const id = `webhook-${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
  const types = config.events?.length ? (config.events as readonly EventType[]) : undefined;
  return { id, types, send: (deps, event) => channels.webhook.send(deps, { url, secret }, event) };
}
