import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Verdict } from '#model/verdict.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { acceptancesEndedBetween, activeAcceptances, createAcceptance, endAcceptance } from './acceptance-store.ts';
import { gatesMigrations } from './migrations/index.ts';
import { currentPolicy, putPolicy } from './policy-store.ts';
import { latestVerdict, listVerdicts, putVerdict } from './verdict-store.ts';

let db: Database;
const at = new Date('2026-11-23T12:00:00Z');
before(async () => {
  db = await testDatabase(gatesMigrations);
});
after(() => db?.destroy());

test('a namespace has the default policy until it gets its own, and every change is a new version', async () => {
  assert.deepEqual(await currentPolicy(db, 'staging'), { namespace: 'staging', version: 1, rules: {} });
  const rules = { vulnerabilities: { highestAllowed: 'medium' }, coverage: false as const };
  assert.equal((await putPolicy(db, { namespace: 'staging', rules, by: 'eve', at })).version, 2);
  assert.deepEqual(await currentPolicy(db, 'staging'), { namespace: 'staging', version: 2, rules });
  await putPolicy(db, { namespace: 'staging', rules: {}, by: 'eve', at });
  assert.equal((await currentPolicy(db, 'staging')).version, 3);
  assert.equal((await currentPolicy(db, 'other')).version, 1);
});

test('a policy with an unknown rule or option is refused with its name', async () => {
  for (const [rules, message] of [
    [{ vulnerabilites: {} }, /cannot use gate rule "vulnerabilites": the rules are malware, vulnerabilities/],
    [{ vulnerabilities: { highestAllowed: 'purple' } }, /gate rule vulnerabilities: highestAllowed/],
    [{ malware: { allow: true } }, /gate rule malware: options/],
  ] as const)
    await assert.rejects(putPolicy(db, { namespace: 'staging', rules, by: 'eve', at }), message);
});

test('the newest verdict counts, in one repository or in any, and the older ones stay', async () => {
  const verdict = (policyVersion: number): Verdict => ({
    outcome: 'pass',
    results: [],
    policyVersion,
    judgedAt: at.toISOString(),
    dataDates: {},
  });
  for (const [repository, version] of [
    ['staging/node', 1],
    ['golden/node', 2],
    ['staging/node', 3],
  ] as const)
    await putVerdict(db, { digest: 'sha256:v', repository, verdict: verdict(version) });
  assert.equal((await latestVerdict(db, 'sha256:v'))?.policyVersion, 3);
  assert.equal((await latestVerdict(db, 'sha256:v', 'golden/node'))?.policyVersion, 2);
  assert.equal(await latestVerdict(db, 'sha256:none'), undefined);
  assert.deepEqual(
    (await listVerdicts(db, 'sha256:v', 2)).map((row) => row.verdict.policyVersion),
    [3, 2],
  );
});

const base = { rule: 'support-window', reason: 'it is needed', by: 'ada', at };
const scope = { digest: 'sha256:a', repositories: ['staging/node', 'golden/node'] };

test('acceptances are found for the image, its entries and its namespaces while they hold', async () => {
  const make = (kind: 'image' | 'entry' | 'namespace', scopeValue: string, until: string) =>
    createAcceptance(db, { ...base, scope: kind, scopeValue, until });
  const image = await make('image', 'sha256:a', '2026-12-23');
  const entry = await make('entry', 'golden/node', '2027-01-23');
  const namespace = await make('namespace', 'golden', '2026-11-23');
  await make('image', 'sha256:b', '2026-12-23');
  await make('entry', 'golden/other', '2026-12-23');
  await make('namespace', 'other', '2026-12-23');
  const ids = async (now: Date) => (await activeAcceptances(db, { ...scope, now })).map((acceptance) => acceptance.id);
  assert.deepEqual(await ids(at), [entry, image, namespace]);
  assert.deepEqual(await ids(new Date('2026-11-24T00:00:00Z')), [entry, image]);
  assert.equal(await endAcceptance(db, entry, 'eve', at), true);
  assert.equal(await endAcceptance(db, entry, 'eve', at), false);
  assert.deepEqual(await ids(at), [image, namespace]);
  assert.equal((await activeAcceptances(db, { digest: 'sha256:a', repositories: [], now: at })).length, 1);

  const ended = await acceptancesEndedBetween(db, new Date(at.getTime() - 1), new Date('2026-11-24T00:00:01Z'));
  assert.deepEqual(ended.map((acceptance) => acceptance.id).sort(), [entry, namespace].sort());
});

test('an acceptance keeps who, why, until when and for which finding', async () => {
  const id = await createAcceptance(db, {
    ...base,
    scope: 'image',
    scopeValue: 'sha256:kept',
    rule: 'vulnerabilities',
    advisoryId: 'CVE-2026-1',
    ticket: 'SEC-1',
    until: '2026-11-23',
  });
  const [kept] = await activeAcceptances(db, { digest: 'sha256:kept', repositories: [], now: at });
  assert.deepEqual(kept, {
    id,
    scope: 'image',
    scopeValue: 'sha256:kept',
    rule: 'vulnerabilities',
    advisoryId: 'CVE-2026-1',
    reason: 'it is needed',
    ticket: 'SEC-1',
    until: '2026-11-23',
    by: 'ada',
    createdAt: at,
    endedAt: null,
  });
});

for (const until of ['2026-11-22', 'soon', '2027-02-31', '']) {
  test(`an acceptance until "${until}" is refused`, async () => {
    const acceptance = { ...base, scope: 'image' as const, scopeValue: 'sha256:x', until };
    await assert.rejects(createAcceptance(db, acceptance), /give a day from today on, as 2026-11-23/);
  });
}
