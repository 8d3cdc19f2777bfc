import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AssayEvent, EventType } from '#model/event.ts';
import { RequestError, request } from './client.ts';

/** What to read again after an event: first words of query keys. */
const touches: Readonly<Record<EventType, readonly string[]>> = {
  'image.pushed': ['intake'],
  'image.judged': ['intake', 'images'],
  'image.cataloged': ['entries', 'images', 'intake'],
  'image.rejected': ['intake', 'images'],
  'image.waiting': ['intake', 'images'],
  'image.quarantined': ['intake', 'images', 'entries'],
  'image.scanned': ['images', 'entries'],
  'report.signed': ['images', 'entries'],
  'image.deprecated': ['images', 'entries'],
  'image.retired': ['images', 'entries'],
  'image.restored': ['images', 'entries'],
  'image.extended': ['images', 'entries'],
  'advisories.refreshed': ['advisories', 'images', 'entries'],
  'lifecycle.reviewed': ['images', 'entries'],
  'job.changed': ['jobs'],
};

/** Events come in bursts; what they touch is read again once. */
const GATHER_MS = 400;
const RETRY_MS = 5000;

export type LiveState = 'live' | 'catching-up' | 'lost';

/** Keeps cached answers as fresh as the server's events; says how the connection is. */
export function useLive(queries: QueryClient, enabled: boolean): LiveState {
  const [state, setState] = useState<LiveState>('live');
  useEffect(() => (enabled ? follow(queries, setState) : undefined), [queries, enabled]);
  return state;
}

/** Follows the events until the answer is called. */
function follow(queries: QueryClient, become: (state: LiveState) => void): () => void {
  const gathered = gather(queries);
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let interrupted = false;
  const open = () => {
    source?.close();
    source = new EventSource('/api/v1/events');
    source.onopen = () => {
      become('live');
      // What happened meanwhile was not heard.
      if (interrupted) void queries.invalidateQueries();
      interrupted = false;
    };
    source.onerror = () => {
      source?.close();
      interrupted = true;
      void request('/me').then(
        // The server answers: it ended the stream, or does not give it to this reader.
        () => become('live'),
        (error) => become(error instanceof RequestError && error.status === 0 ? 'lost' : 'catching-up'),
      );
      clearTimeout(retry);
      retry = setTimeout(open, RETRY_MS);
    };
    for (const type of Object.keys(touches) as EventType[]) // the table has every type
      source.addEventListener(type, (event: MessageEvent<string>) => gathered.add(type, event.data));
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
    gathered.stop();
  };
}

function gather(queries: QueryClient) {
  const digests = new Set<string>();
  const words = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const word of words) {
      const isOne = word === 'images' && digests.size > 0;
      if (isOne) for (const digest of digests) void queries.invalidateQueries({ queryKey: [word, digest] });
      else void queries.invalidateQueries({ queryKey: [word] });
    }
    words.clear();
    digests.clear();
  };
  return {
    add(type: EventType, data: string) {
      for (const word of touches[type]) words.add(word);
      const digest = readDigest(data);
      if (digest) digests.add(digest);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function readDigest(data: string): string | null {
  try {
    return (JSON.parse(data) as AssayEvent).digest; // our own server's event
  } catch {
    return null;
  }
}
