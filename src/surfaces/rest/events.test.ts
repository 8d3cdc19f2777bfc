import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { publish } from '#features/notifications/index.ts';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { openWorld, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
let url = '';
const closing = new AbortController();
const wakers = new Set<() => void>();
before(async () => {
  world = await openWorld();
  const listen = (onEvent: () => void) => {
    wakers.add(onEvent);
    return () => wakers.delete(onEvent);
  };
  api = await openRestApi(world, { listen, closing: closing.signal });
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
});
after(async () => {
  closing.abort();
  await api[Symbol.asyncDispose]();
  await world.close();
});

async function say(message: string, repository: string | null, type: 'image.pushed' | 'job.changed' = 'image.pushed') {
  await publish(world.db, { type, at: new Date(), repository, actor: 'ada', message });
  for (const wake of wakers) wake();
}

interface Follower extends AsyncDisposable {
  readonly messages: { id: string; type: string; message: string }[];
  until(count: number): Promise<void>;
  readonly ended: Promise<void>;
}

async function follow(caller: string, lastEventId?: number): Promise<Follower> {
  const stop = new AbortController();
  const headers = { 'x-caller': caller, ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }) };
  const response = await fetch(`${url}/api/v1/events`, { headers, signal: stop.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const messages: Follower['messages'] = [];
  let changed: () => void = () => undefined;
  const ended = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id = '', type = '', data = ''] = /^id: (\d+)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (id) messages.push({ id, type, message: JSON.parse(data).message });
      }
      changed();
    }
  })().catch(() => undefined);
  return {
    messages,
    ended,
    until: async (count) => {
      while (messages.length < count) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

const said = ({ messages }: Follower) => messages.map(({ message }) => message);

test('events come as they happen, only those of namespaces that the caller reads', { timeout: 30_000 }, async () => {
  await using everything = await follow('administrator');
  await using golden = await follow('anonymous');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await say('one', 'staging/a');
  await say('two', 'golden/a');
  await say('three', null, 'job.changed');
  await say('four', null);
  await everything.until(4);
  await golden.until(2);
  assert.deepEqual(said(everything), ['one', 'two', 'three', 'four']);
  assert.deepEqual(said(golden), ['two', 'four']);
});

test('a client that comes back misses nothing and gets nothing twice', { timeout: 30_000 }, async () => {
  let last = 0;
  {
    await using first = await follow('administrator', 0);
    await first.until(4);
    last = Number(first.messages[1]?.id);
  }
  await using second = await follow('administrator', last);
  await using third = await follow('administrator', last);
  const sent = Array.from({ length: 40 }, (_, index) => `number ${index}`);
  for (const message of sent) await say(message, 'golden/a');
  await Promise.all([second.until(42), third.until(42)]);
  for (const each of [second, third]) assert.deepEqual(said(each), ['three', 'four', ...sent]);
});

test('nobody gets events without the right to read', async () => {
  const { status } = await fetch(`${url}/api/v1/events`, { headers: { 'x-caller': 'nobody' } });
  assert.equal(status, 401);
});

test('the streams end when the server closes', { timeout: 10_000 }, async () => {
  const { ended } = await follow('administrator');
  closing.abort();
  await ended;
});
