import type { FastifyReply } from 'fastify';
import { isAllowed } from '#model/access.ts';
import type { Database } from '#platform/database/database.ts';
import { createEventFeed, type FeedDeps, type FeedEvent } from './event-feed.ts';
import { type Caller, holdsAnywhere, type Route, route } from './route.ts';

export interface EventDeps extends FeedDeps {
  readonly db: Database;
  /** Ends the streams, so that the server can. */
  readonly closing?: AbortSignal | undefined;
}

const HEARTBEAT_MS = 15_000;
/** A stream ends after this time and the client comes back: rights that were taken away count from then on. */
const LONGEST_MS = 30 * 60_000;
const RETRY_MS = 2_000;
/** A client that does not read is cut off when so much waits for it. */
const MAX_WAITING_BYTES = 1024 * 1024;

function maySee({ principal }: Caller, { event, namespaces }: FeedEvent): boolean {
  if (event.type === 'job.changed') return holdsAnywhere(principal, 'jobs.read');
  return namespaces === null || namespaces.some((namespace) => isAllowed(principal, 'image.read', namespace));
}

function textOf({ event }: FeedEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function lastIdOf(reply: FastifyReply): number | undefined {
  const given = reply.request.headers['last-event-id'];
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : undefined;
}

/** HTML Living Standard, "Server-sent events". https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function eventRoutes(deps: EventDeps): Route[] {
  const feed = createEventFeed(deps);

  async function stream(caller: Caller, reply: FastifyReply): Promise<void> {
    const { raw } = reply;
    const ended = new AbortController();
    const signal = deps.closing ? AbortSignal.any([ended.signal, deps.closing]) : ended.signal;
    const write = (text: string) => {
      raw.write(text);
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
    };
    const timers = [
      setInterval(() => write(': still here\n\n'), HEARTBEAT_MS),
      setTimeout(() => ended.abort(), LONGEST_MS),
    ];
    raw.on('error', () => ended.abort());
    raw.on('close', () => ended.abort());
    signal.addEventListener('abort', () => {
      for (const timer of timers) clearTimeout(timer);
      raw.end();
    });
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    write(`retry: ${RETRY_MS}\n\n`);
    const onEvent = (event: FeedEvent) => {
      if (maySee(caller, event)) write(textOf(event));
    };
    // Once the stream has begun an error can only end it; the client comes back.
    await feed.subscribe(lastIdOf(reply), onEvent, signal).catch(() => ended.abort());
  }

  return [
    route({
      method: 'GET',
      path: '/events',
      summary: 'What happens, as server-sent events; goes on after the id in Last-Event-ID',
      permission: 'image.read',
      sends: ['text/event-stream'],
      handle: async (_, caller, reply) => stream(caller, reply),
    }),
  ];
}
