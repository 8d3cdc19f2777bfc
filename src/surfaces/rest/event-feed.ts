import { lastEventId, listEvents } from '#features/notifications/index.ts';
import { repositoriesOf } from '#features/registry/index.ts';
import { sleep } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import type { AssayEvent } from '#model/event.ts';
import { namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';

/** An event with the namespaces that it tells about; null when it is about the whole product. */
export interface FeedEvent {
  readonly event: AssayEvent;
  readonly namespaces: readonly string[] | null;
}

export interface FeedDeps {
  readonly db: Database;
  /** Calls back when there may be new events. Without it the feed looks each second. */
  readonly listen?: ((onEvent: () => void) => (() => void) | Promise<() => void>) | undefined;
}

interface Reader {
  after: number;
  isLive: boolean;
  onEvent(event: FeedEvent): void;
}

export interface EventFeed {
  /**
   * Hands over every event after `after`, in order, none twice; only those to come when it is undefined. Resolves when what
   * came before has been handed over; goes on until the signal ends it.
   */
  subscribe(after: number | undefined, onEvent: (event: FeedEvent) => void, signal: AbortSignal): Promise<void>;
}

const BATCH = 500;
const LOOK_MS = 1_000;
const LOOK_WITH_LISTENER_MS = 15_000;
const PAUSE_AFTER_ERROR_MS = 2_000;

async function namespacesOf(db: Database, { repository, digest }: AssayEvent): Promise<readonly string[] | null> {
  if (repository !== null) return [namespaceOf(repository)];
  if (digest === null) return null;
  return [...new Set((await repositoriesOf(db, digest as Digest)).map(namespaceOf))];
}

async function read(db: Database, after: number): Promise<FeedEvent[]> {
  const found: FeedEvent[] = [];
  for (const event of await listEvents(db, { after, limit: BATCH }))
    found.push({ event, namespaces: await namespacesOf(db, event) });
  return found;
}

/** Reads the events once for all who follow them in this process; reads nothing while nobody does. */
export function createEventFeed({ db, listen }: FeedDeps): EventFeed {
  const readers = new Set<Reader>();
  let last = 0;
  let isRunning = false;
  let wake = new AbortController();

  function give(reader: Reader, events: readonly FeedEvent[]): void {
    for (const each of events) {
      if (each.event.id <= reader.after) continue;
      reader.after = each.event.id;
      reader.onEvent(each);
    }
  }

  async function look(): Promise<void> {
    for (let events = await read(db, last); events.length > 0; events = await read(db, last)) {
      last = events.at(-1)?.event.id ?? last;
      for (const reader of readers) if (reader.isLive) give(reader, events);
    }
  }

  async function startListening(): Promise<(() => void) | undefined> {
    try {
      return await listen?.(() => wake.abort());
    } catch {
      return undefined; // then it looks each second
    }
  }

  async function run(): Promise<void> {
    const stop = await startListening();
    while (readers.size > 0) {
      const woken = wake.signal;
      const pauseMs = await look().then(
        () => (stop ? LOOK_WITH_LISTENER_MS : LOOK_MS),
        () => PAUSE_AFTER_ERROR_MS, // the database is away: it is asked again
      );
      await sleep(pauseMs, woken).catch(() => undefined);
      if (woken.aborted) wake = new AbortController();
    }
    isRunning = false;
    stop?.();
  }

  /** What came before the reader did; live from the moment at which nothing is missing. */
  async function catchUp(reader: Reader): Promise<void> {
    while (readers.has(reader)) {
      const handedOver = last;
      const events = await read(db, reader.after);
      give(reader, events);
      // What was handed over to the others meanwhile passed this reader by: it reads once more.
      if (events.length === 0 && last === handedOver) break;
    }
    reader.isLive = true;
  }

  function leave(reader: Reader): void {
    readers.delete(reader);
    if (readers.size === 0) wake.abort();
  }

  return {
    async subscribe(after, onEvent, signal) {
      const newest = await lastEventId(db);
      if (signal.aborted) return;
      const reader: Reader = { after: Math.min(after ?? newest, newest), isLive: false, onEvent };
      readers.add(reader);
      signal.addEventListener('abort', () => leave(reader), { once: true });
      if (!isRunning) {
        isRunning = true;
        last = newest;
        void run();
      }
      await catchUp(reader);
    },
  };
}
