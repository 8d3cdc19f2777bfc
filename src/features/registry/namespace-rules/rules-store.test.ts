import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import { type Listener, type Notifications, openNotifications } from '#platform/database/notifications.ts';
import { testDatabaseUrl } from '#testkit/database.ts';
import { registryMigrations } from '../migrations/index.ts';
import { openRules } from './open-rules.ts';
import { findRules, listRules, putRules, readRulesFor } from './rules-store.ts';

describe('the rules of namespaces', () => {
  let db: Database;
  let notifications: Notifications;
  const at = new Date('2026-11-23T12:00:00Z');

  before(async () => {
    const url = await testDatabaseUrl();
    db = openDatabase({ url, applicationName: 'test', allowExitOnIdle: true });
    await migrate(db, registryMigrations);
    notifications = await openNotifications({ url, applicationName: 'test' });
  });
  after(async () => {
    await notifications?.[Symbol.asyncDispose]();
    await db?.destroy();
  });

  const put = (place: string, rules: NamespaceRules, version?: number) =>
    db.transaction().execute((trx) => putRules(trx, { place, rules, by: 'eve', at, version }));

  test('a place has no rules until somebody writes some, and empty ones take them away', async () => {
    assert.deepEqual(await findRules(db, 'staging'), {
      ...{ place: 'staging', version: 0, rules: {}, changedAt: null, changedBy: null },
    });
    assert.equal((await put('staging', { immutableTags: ['v*'] }, 0)).version, 1);
    const { version, rules, changedBy } = await put('staging', { undelete: { days: 3 } }, 1);
    assert.deepEqual([version, rules, changedBy], [2, { undelete: { days: 3 } }, 'eve']);
    assert.deepEqual(
      (await listRules(db)).map(({ place }) => place),
      ['staging'],
    );
    await put('staging', {});
    assert.deepEqual(await listRules(db), []);
  });

  test('who changes what somebody else has changed since is told so', async () => {
    await put('taken', { undelete: false });
    await assert.rejects(put('taken', { undelete: { days: 2 } }, 0), { code: 'conflict' });
    const both = await Promise.allSettled([put('taken', { undelete: { days: 2 } }, 1), put('taken', {}, 1)]);
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('what holds for a repository is read from the places above it', async () => {
    await put('apart/deep', { immutableTags: ['*'] });
    await put('apart', { undelete: { days: 7 } });
    assert.deepEqual(await readRulesFor(db, 'apart/deep/down'), {
      quotas: [],
      immutableTags: { place: 'apart/deep', patterns: ['*'] },
      undelete: { place: 'apart', days: 7 },
    });
  });

  test('rules in memory are as new as the last change that was announced', async () => {
    using rules = await openRules({ db, notifications });
    assert.deepEqual((await rules.read()).rulesFor('fresh/a'), { quotas: [] });
    const heard = new Promise<void>((resolve) => {
      void notifications.listen('assay_rules', { onMessage: () => resolve() });
    });
    await put('fresh', { undelete: { days: 1 } });
    await heard;
    assert.deepEqual((await rules.read()).rulesFor('fresh/a').undelete, { place: 'fresh', days: 1 });
    assert.deepEqual(rules.recent().rulesFor('fresh/a').undelete, { place: 'fresh', days: 1 });
  });

  test('while announcements are lost the database is asked each time', async () => {
    let listener: Listener | undefined;
    let isConnected = true;
    const silent = {
      listen: async (_: string, given: Listener) => {
        listener = given;
        return () => undefined;
      },
      isConnected: () => isConnected,
    };
    using rules = await openRules({ db, notifications: silent });
    const daysOf = async () => (await rules.read()).rulesFor('lost/a').undelete?.days;
    await put('lost', { undelete: { days: 1 } });
    assert.equal(await daysOf(), undefined);
    isConnected = false;
    listener?.onLost?.();
    assert.equal(await daysOf(), 1);
    await put('lost', { undelete: { days: 2 } });
    assert.equal(await daysOf(), 2);
    await put('lost', { undelete: { days: 3 } });
    isConnected = true;
    listener?.onBack?.();
    assert.equal(await daysOf(), 3);
  });
});
