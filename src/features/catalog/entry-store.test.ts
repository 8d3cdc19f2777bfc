import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { EntryQuery } from '#model/api-entries.ts';
import { type FindingCounts, noFindings } from '#model/finding-counts.ts';
import { countColumns, givenCounts } from '#platform/database/count-columns.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import {
  createEntry,
  getEntry,
  type Holdings,
  type KeptTagRow,
  listEntries,
  listTagRows,
  patchEntry,
  projectEntry,
  putPlatforms,
  putPostures,
  putTerms,
} from './index.ts';
import { catalogMigrations } from './migrations/index.ts';

const now = new Date('2026-11-23T12:00:00Z');
const everything = { namespaces: ['golden'], mayPull: () => true };
let db: Database;

function tagRow(tag: string, digit: string, more: Partial<KeptTagRow> = {}): KeptTagRow {
  return {
    tag,
    digest: `sha256:${digit.repeat(64)}`,
    state: 'approved',
    reason: null,
    since: now.toISOString(),
    window: { known: true, endOfLife: '2028-04-30', decidedBy: null, dates: [] },
    distribution: 'Alpine 3.22',
    pushedAt: now.toISOString(),
    platforms: ['linux/amd64'],
    ...more,
  };
}

/** What a query of whoever sums findings up would give. */
function countsQuery(counts: ReadonlyMap<string, FindingCounts>) {
  return sql`select id as digest, ${countColumns()} from ${givenCounts(counts, 'text')}`;
}

const packages = { a: 'openssl 3.a', b: 'openssl 3.b', c: 'openssl 3.c' };
const findings = { b: 'CVE-2024-1' };

/** Holdings of images whose digests repeat one digit. */
function heldBy(labels: Readonly<Record<string, string>>, start: string) {
  const held = Object.entries(labels).filter(([, label]) => label.toLowerCase().startsWith(start));
  return held.map(([digit, label]) => ({ digest: `sha256:${digit.repeat(64)}`, label }));
}

function queryOf(rows: readonly { digest: string }[]) {
  return sql`select digest from unnest(${rows.map((row) => row.digest)}::text[]) as held (digest)`;
}

async function firstIn(digests: readonly string[], rows: readonly { digest: string; label: string }[]) {
  return rows.find((row) => digests.includes(row.digest))?.label;
}

const holdings: Holdings = {
  withPackage: (start) => queryOf(heldBy(packages, start)),
  withFinding: (start) => queryOf(heldBy(findings, start)),
  findPackage: (digests, start) => firstIn(digests, heldBy(packages, start)),
  findFinding: (digests, start) => firstIn(digests, heldBy(findings, start)),
};

async function list(query: Record<string, string> = {}, reader = everything) {
  return listEntries({ db, now, holdings }, reader, EntryQuery.parse(query));
}

before(async () => {
  db = await testDatabase(catalogMigrations);
  for (const [repository, digit, grade, end] of [
    ['golden/base/alpine', 'a', 'A', '2028-04-30'],
    ['golden/web/shop', 'b', 'D', '2026-12-31'],
    ['golden/old', 'c', 'A', '2025-01-01'],
  ] as const) {
    await createEntry(db, {
      repository,
      description: `About ${repository}`,
      owner: 'platform',
      categories: ['base'],
      at: now,
    });
    const digest = `sha256:${digit.repeat(64)}`;
    await putPlatforms(db, digest, [digest]);
    const critical = grade === 'D' ? 1 : 0;
    const facts = { digest, malware: 0, packages: 3, problems: 0 };
    await putPostures(
      db,
      [facts],
      countsQuery(new Map([[digest, { ...noFindings, critical, fixableCritical: critical }]])),
    );
    await projectEntry(
      db,
      repository,
      [tagRow('1', digit, { window: { known: true, endOfLife: end, decidedBy: null, dates: [] } })],
      now,
    );
    await putTerms(db, digest, [{ term: `team=${digit}`, label: `team=${digit}` }]);
  }
});

after(() => db.destroy());

test('the list shows entries in order of their names, with facets', async () => {
  const page = await list();
  assert.deepEqual(
    page.items.map((item) => item.repository),
    ['golden/base/alpine', 'golden/old', 'golden/web/shop'],
  );
  assert.deepEqual(page.facets.grade, [
    { value: 'A', count: 2 },
    { value: 'D', count: 1 },
  ]);
  assert.deepEqual(page.facets.support.map((facet) => facet.value).sort(), ['ended', 'ending', 'supported']);
  assert.equal(page.total, 3);
});

test('pages follow each other without a gap, in every order', async () => {
  for (const sort of ['name', 'grade', 'end', 'updated']) {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const page = await list({ sort, limit: '1', ...(after && { after }) });
      names.push(...page.items.map((item) => item.repository));
      after = page.next;
    } while (after);
    assert.equal(new Set(names).size, 3, sort);
  }
});

test('an invented cursor is refused with a sentence', async () => {
  await assert.rejects(list({ after: 'x' }), /not a value that an earlier page gave/);
});

test('a search finds by package with version, by finding and by name, and says why', async () => {
  const byPackage = await list({ q: 'openssl 3.b' });
  assert.deepEqual(
    byPackage.items.map((item) => [item.repository, item.matched]),
    [['golden/web/shop', 'openssl 3.b']],
  );
  assert.deepEqual(
    (await list({ q: 'cve:CVE-2024-1' })).items.map((item) => item.matched),
    ['CVE-2024-1'],
  );
  assert.deepEqual(
    (await list({ q: 'alpine' })).items.map((item) => item.matched),
    [null],
  );
  assert.equal((await list({ q: 'openssl 4' })).items.length, 0);
  assert.equal((await list({ q: '%' })).items.length, 0);
});

test('a facet narrows the rows but not its own counts', async () => {
  const page = await list({ grade: 'D' });
  assert.equal(page.matching, 1);
  assert.equal(page.facets.grade.length, 2);
  assert.deepEqual(page.facets.support, [{ value: 'ending', count: 1 }]);
});

test('entries of other namespaces are not shown', async () => {
  assert.equal((await list({}, { namespaces: ['other'], mayPull: () => false })).items.length, 0);
});

test("an owner's words stay when another image of the entry arrives", async () => {
  await patchEntry(db, 'golden/old', { description: 'Kept', support: { successor: 'golden/base/alpine:1' } }, now);
  await createEntry(db, {
    repository: 'golden/old',
    description: 'From a label',
    owner: null,
    categories: [],
    at: now,
  });
  const entry = await getEntry(db, 'golden/old');
  assert.equal(entry.description, 'Kept');
  assert.equal(entry.support.successor, 'golden/base/alpine:1');
});

test('the newest supported tag is recommended; a retired one only when nothing else is left', async () => {
  await projectEntry(
    db,
    'golden/web/shop',
    [
      tagRow('3', 'd', { state: 'retired', pushedAt: '2026-11-22T00:00:00Z' }),
      tagRow('2', 'e', { pushedAt: '2026-11-21T00:00:00Z' }),
      tagRow('1', 'f', { pushedAt: '2026-11-20T00:00:00Z' }),
    ],
    now,
  );
  assert.equal((await getEntry(db, 'golden/web/shop')).recommended?.tag, '2');
  assert.deepEqual(
    (await listTagRows(db, 'golden/web/shop')).map((row) => row.tag),
    ['3', '2', '1'],
  );
});
