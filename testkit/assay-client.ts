import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakeDetail, IntakePage } from '#model/api-intake.ts';
import type { JobPage } from '#model/api-work.ts';

export interface Person {
  readonly name: string;
  readonly password: string;
}

/** Speaks to `/api/v1` as one person. Every answer but a good one throws with the server's words. */
export interface AssayClient {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** Until what was pushed there is judged: neither queued nor running. */
  waitForIntake(reference: string): Promise<IntakeDetail>;
  /** Until no job waits or runs. */
  waitForIdle(): Promise<void>;
}

const PATIENCE_MS = 180_000;

export function createAssayClient(url: string, person: Person): AssayClient {
  const authorization = `Basic ${Buffer.from(`${person.name}:${person.password}`).toString('base64')}`;

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  const client: AssayClient = {
    get: (path) => call('GET', path),
    send: call,
    waitForIntake: (reference) =>
      until(`a verdict on ${reference}`, async () => {
        const { items } = await client.get<IntakePage>(`/intake?limit=1&reference=${encodeURIComponent(reference)}`);
        const [row] = items;
        if (!row || row.status === 'queued' || row.status === 'running') return undefined;
        return client.get<IntakeDetail>(`/intake/${row.id}`);
      }),
    waitForIdle: async () => {
      await until('the end of all jobs', async () => {
        const pages = await Promise.all(
          ['queued', 'running', 'retrying'].map((state) => client.get<JobPage>(`/jobs?limit=1&state=${state}`)),
        );
        return pages.every((page) => page.items.length === 0) || undefined;
      });
    },
  };
  return client;
}

/** Asks again until there is an answer; throws when that takes too long. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (let pauseMs = 50; ; pauseMs = Math.min(500, pauseMs * 1.3)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}`);
    await sleep(pauseMs);
  }
}
