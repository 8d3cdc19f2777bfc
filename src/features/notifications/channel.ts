import type { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import type { AssayEvent } from '#model/event.ts';
import type { HttpClient } from '#platform/network/http-client.ts';

export interface ChannelDeps {
  readonly clock: Clock;
  readonly http: HttpClient;
  /** Writes one line of the log. */
  readonly log: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}

/** A way to tell somebody of an event. */
export interface Channel<Config> {
  readonly id: string;
  readonly title: string;
  readonly Config: z.ZodType<Config>;
  /**
   * Resolves when the other side has taken the event; throws with a sentence when it has not, and is then tried again.
   * The same event may be sent more than once.
   */
  send(deps: ChannelDeps, config: Config, event: AssayEvent): Promise<void>;
}
