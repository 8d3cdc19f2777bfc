import { z } from 'zod';
import { audit, listPrincipals } from '#features/access/index.ts';
import { getEntry, listEntries, listTagRows, patchEntry } from '#features/catalog/index.ts';
import { consumersOf } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { isAllowed } from '#model/access.ts';
import { EntryDetail, EntryPage, EntryPatch, EntryQuery } from '#model/api-entries.ts';
import { CATALOG_NAMESPACE, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { holdingsOf } from '#workflows/holdings.ts';
import { type Caller, demand, type Route, route } from './route.ts';

export interface EntryDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Writes the entry's projection again, in the transaction of the change. */
  project(trx: Database, repository: string): Promise<void>;
  /** The owner's word on support has changed: windows and verdicts follow, begun in the transaction of the change. */
  supportChanged(trx: Database, repository: string): Promise<void>;
}

const RepositoryName = z.object({ repository: z.string() });

/** What one may not see looks like what is not there. */
function demandVisible(caller: Caller, repository: string): void {
  if (isAllowed(caller.principal, 'image.read', namespaceOf(repository))) return;
  throw new AppError(
    'not-found',
    `cannot find entry ${repository}: the catalog has none of this name that you may see`,
  );
}

async function consumerRows(db: Database, repository: string, tags: ReadonlyMap<string, string>) {
  const pulls = await consumersOf(db, repository);
  const { items } = await listPrincipals(db, { limit: 10_000 });
  const names = new Map(items.map((item) => [item.id, item]));
  const rows = new Map<
    string,
    { principal: string; kind: string; pulls: number; lastPullAt: string; tags: string[] }
  >();
  for (const pull of pulls) {
    const known = names.get(pull.principal);
    const principal = known?.name ?? (pull.principal === 'anonymous' ? 'anonymous' : 'deleted principal');
    const row = rows.get(principal) ?? {
      principal,
      kind: known?.kind ?? 'workload',
      pulls: 0,
      lastPullAt: '',
      tags: [],
    };
    row.pulls += pull.count;
    if (pull.lastAt.toISOString() > row.lastPullAt) row.lastPullAt = pull.lastAt.toISOString();
    const tag = pull.tag ?? tags.get(pull.digest);
    if (tag !== undefined && !row.tags.includes(tag)) row.tags.push(tag);
    rows.set(principal, row);
  }
  return [...rows.values()];
}

async function detailOf({ db }: EntryDeps, caller: Caller, repository: string): Promise<EntryDetail> {
  demandVisible(caller, repository);
  const [entry, tagRows] = await Promise.all([getEntry(db, repository), listTagRows(db, repository)]);
  const consumers = await consumerRows(db, repository, new Map(tagRows.map((row) => [row.digest, row.tag])));
  return {
    repository,
    description: entry.description,
    owner: entry.owner,
    categories: [...entry.categories],
    recommended: entry.recommended,
    tags: entry.tags,
    teams: consumers.length,
    updatedAt: entry.updatedAt.toISOString(),
    matched: null,
    mayPull: isAllowed(caller.principal, 'image.pull', namespaceOf(repository)),
    support: entry.support,
    tagRows,
    consumers,
  };
}

export function entryRoutes(deps: EntryDeps): Route[] {
  const { db, clock } = deps;
  return [
    route({
      method: 'GET',
      path: '/entries',
      summary: 'Search the catalog, with facets counted under the current filters',
      permission: 'image.read',
      query: EntryQuery,
      result: EntryPage,
      handle: async ({ query }, { principal }) => {
        const namespaces = [CATALOG_NAMESPACE].filter((name) => isAllowed(principal, 'image.read', name));
        const mayPull = (repository: string) => isAllowed(principal, 'image.pull', namespaceOf(repository));
        return listEntries({ db, now: clock.now(), holdings: holdingsOf(db) }, { namespaces, mayPull }, query);
      },
    }),
    route({
      method: 'GET',
      path: '/entries/{repository}',
      summary: 'One entry with its tags, support policy and consumers; the slashes of its name are written %2F',
      permission: 'image.read',
      params: RepositoryName,
      result: EntryDetail,
      handle: async ({ params }, caller) => detailOf(deps, caller, params.repository),
    }),
    route({
      method: 'PATCH',
      path: '/entries/{repository}',
      summary: 'Change description, owner, categories or support policy; what is absent stays',
      permission: 'entry.write',
      params: RepositoryName,
      body: EntryPatch,
      result: EntryDetail,
      handle: async ({ params: { repository }, body }, caller) => {
        demandVisible(caller, repository);
        demand(caller, 'entry.write', namespaceOf(repository));
        const at = clock.now();
        await db.transaction().execute(async (trx) => {
          await patchEntry(trx, repository, body, at);
          await audit(trx, {
            actor: caller.principal,
            action: 'entry.change',
            subject: repository,
            from: caller.from,
            at,
            data: body,
          });
          await deps.project(trx, repository);
          if (body.support) await deps.supportChanged(trx, repository);
        });
        return detailOf(deps, caller, repository);
      },
    }),
  ];
}
