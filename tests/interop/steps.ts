import assert from 'node:assert/strict';
import type { Outcome } from '#testkit/peers.ts';
import type { InteropClient, NotApplicable, Place, Session } from './client.ts';
import { type InteropWorld, NOTE, REASON, TAG } from './world.ts';

export interface StepContext {
  readonly client: InteropClient;
  readonly session: Session;
  readonly place: Place;
  readonly world: InteropWorld;
}

/** What the table says in its cell. */
export type Cell = { readonly kind: 'done' | 'refused' | 'not-applicable'; readonly note?: string };

export interface Step {
  readonly id: string;
  readonly title: string;
  /** Throws when the client, or the registry, does not do what it should. */
  run(context: StepContext): Promise<Cell>;
}

const own = ({ client, place }: StepContext, name: string) => `${place.host}/staging/${client.id}/${name}:${TAG}`;

/** In this order: a later one builds on what an earlier one pushed. */
export const steps: readonly Step[] = [
  {
    id: 'login',
    title: 'log in',
    run: ({ session, place }) =>
      when(session.login, async (login) => {
        succeeded(await login(place.person.password));
        return { kind: 'done' };
      }),
  },
  {
    id: 'push',
    title: 'push',
    run: (context) =>
      when(context.session.push, async (push) => {
        const { client, world } = context;
        const repository = `staging/${client.id}/pushed`;
        if (client.pushes === 'signatures') await world.prepare(repository);
        succeeded(await push(own(context, 'pushed')));
        const digest = await world.digestOf(repository, TAG);
        assert.ok(digest, 'the registry does not have what was pushed');
        if (client.pushes !== 'signatures')
          return { kind: 'done', ...(client.pushes === 'charts' && { note: 'charts' }) };
        assert.notDeepEqual(await world.referrersOf(repository, digest), [], 'the registry has no signature');
        return { kind: 'done', note: 'signs' };
      }),
  },
  {
    id: 'pull',
    title: 'pull',
    run: async (context) => {
      succeeded(await context.session.pull(own(context, 'pushed')));
      return { kind: 'done', ...(context.client.pushes === 'signatures' && { note: 'verifies' }) };
    },
  },
  {
    id: 'copy',
    title: 'copy with referrers',
    run: (context) =>
      when(context.session.copy, async (copy) => {
        const { client, world, place } = context;
        const from = client.pushes === 'signatures' ? `${client.id}/pushed` : 'source';
        succeeded(await copy(`${place.host}/staging/${from}:${TAG}`, own(context, 'copy')));
        const digest = await world.digestOf(`staging/${client.id}/copy`, TAG);
        assert.ok(digest, 'the registry does not have the copy');
        const referrers = await world.referrersOf(`staging/${client.id}/copy`, digest);
        const came = client.pushes === 'signatures' ? referrers.length > 0 : referrers.includes(NOTE);
        assert.equal(came, client.copiesReferrers, `the copy has ${referrers.join(', ') || 'nothing'} attached`);
        return { kind: 'done', ...(!came && { note: 'the image alone' }) };
      }),
  },
  {
    id: 'list',
    title: 'list',
    run: (context) =>
      when(context.session.list, async (list) => {
        const said = succeeded(await list(own(context, 'pushed')));
        assert.match(said, context.client.pushes === 'signatures' ? /sha256:[0-9a-f]{64}/ : /1\.0\.0/);
        return { kind: 'done' };
      }),
  },
  {
    id: 'delete',
    title: 'delete',
    run: (context) =>
      when(context.session.delete, async (remove) => {
        const { client, world } = context;
        const name = client.pushes === 'signatures' ? 'pushed' : 'copy';
        const repository = `staging/${client.id}/${name}`;
        const digest = await world.digestOf(repository, TAG);
        assert.ok(digest, 'there is nothing to delete');
        succeeded(await remove(own(context, name)));
        if (client.pushes === 'signatures') return { kind: 'done', note: 'its signatures' };
        assert.equal(await world.digestOf(repository, TAG), undefined, 'the registry still has it');
        return { kind: 'done' };
      }),
  },
  {
    id: 'no-right',
    title: 'no right',
    run: async ({ session, place, client }) => {
      const reference = `${place.host}/elsewhere/${client.id}:${TAG}`;
      refused(await session.pull(reference), /denied|forbidden|403|may not/i);
      if ('why' in session.push) return { kind: 'refused' };
      refused(await session.push(reference), /denied|forbidden|403|may not/i);
      return { kind: 'refused' };
    },
  },
  {
    id: 'retired',
    title: 'retired image',
    run: async ({ session, place, client }) => {
      const said = refused(await session.pull(`${place.host}/golden/retired:${TAG}`), /denied|forbidden|403/i);
      assert.equal(said.includes(REASON), client.showsSentence, said);
      return { kind: 'refused', note: client.showsSentence ? 'says why' : 'says only 403' };
    },
  },
  {
    id: 'wrong-password',
    title: 'wrong password',
    run: async ({ session }) => {
      refused(
        await session.wrongPassword('not the password'),
        /unauthorized|401|wrong name or password|invalid username\/password/i,
      );
      return { kind: 'refused' };
    },
  },
];

async function when<D>(deed: D | NotApplicable, run: (deed: D) => Promise<Cell>): Promise<Cell> {
  if (typeof deed === 'object' && deed !== null && 'why' in deed) return { kind: 'not-applicable', note: deed.why };
  return run(deed as D);
}

function saidBy({ stdout, stderr }: Outcome): string {
  return `${stdout}\n${stderr}`;
}

function succeeded(outcome: Outcome): string {
  assert.equal(outcome.code, 0, saidBy(outcome));
  return saidBy(outcome);
}

function refused(outcome: Outcome, words: RegExp): string {
  const said = saidBy(outcome);
  assert.notEqual(outcome.code, 0, `it was not refused: ${said}`);
  assert.match(said, words);
  return said;
}
