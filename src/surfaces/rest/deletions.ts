import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { type Deletion, getDeletion, listDeletions, undelete } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Permission } from '#model/access.ts';
import { DeletionPage, type DeletionRow, UndeleteAnswer } from '#model/api-rules.ts';
import { INTAKE_NAMESPACE, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { demand, type Route, route } from './route.ts';
import { demandPlace } from './rules.ts';

const DeletionQuery = z.object({
  /** A repository or a path; by default all that was pushed. */
  place: z.string().default(INTAKE_NAMESPACE),
  /** A tag or a digest. */
  reference: z.string().optional(),
  after: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Who may delete may bring back; in the catalog that is whoever decides on the life of images. */
function rightFor(place: string): Permission {
  return kindOfNamespace(namespaceOf(place)) === 'intake' ? 'image.delete' : 'lifecycle.decide';
}

function rowOf({ deletedAt, expiresAt, tags, manifests, ...deletion }: Deletion): DeletionRow {
  return {
    ...deletion,
    tags: [...tags],
    isImage: manifests > 0,
    deletedAt: deletedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

export interface DeletionDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Shows an entry's tags in the catalog as they are now. */
  project(trx: Database, repository: string): Promise<void>;
}

/** What was deleted and may come back. */
export function deletionRoutes({ db, clock, project }: DeletionDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/deletions',
      summary: 'What was deleted and may still come back, the latest first',
      permission: 'image.delete',
      query: DeletionQuery,
      result: DeletionPage,
      handle: async ({ query }, caller) => {
        demandPlace(caller, rightFor(query.place), query.place);
        const rows = await listDeletions(db, { ...query, limit: query.limit + 1, now: clock.now() });
        const items = rows.slice(0, query.limit).map(rowOf);
        const last = items.at(-1);
        return { items, next: rows.length > items.length && last ? String(last.id) : null };
      },
    }),
    route({
      method: 'POST',
      path: '/deletions/{id}/undelete',
      summary: 'Bring back what was deleted, with its tags',
      permission: 'image.delete',
      params: z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
      result: UndeleteAnswer,
      handle: async ({ params: { id } }, caller) => {
        const at = clock.now();
        const { repository, digest, reference } = await getDeletion(db, id, at);
        demand(caller, rightFor(repository), namespaceOf(repository));
        return db.transaction().execute(async (trx) => {
          const { tags, takenTags } = await undelete(trx, id, at);
          const { principal: actor, from } = caller;
          const data = { digest, tags, takenTags };
          await audit(trx, { actor, action: 'image.undelete', subject: `${repository} ${reference}`, from, at, data });
          await project(trx, repository);
          return { repository, digest, tags: [...tags], takenTags: [...takenTags] };
        });
      },
    }),
  ];
}
