import { z } from 'zod';
import { listAudit } from '#features/access/index.ts';
import { AuditPage } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import { demand, type Route, route } from './route.ts';

const AuditQuery = z.object({
  after: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  actor: z.string().optional(),
  subject: z.string().optional(),
});

export function auditRoutes({ db }: { readonly db: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/audit',
      summary: 'Who changed what, when and from where; newest first',
      permission: 'audit.read',
      query: AuditQuery,
      result: AuditPage,
      handle: async ({ query }, caller) => {
        demand(caller, 'audit.read', '*');
        const { items, next } = await listAudit(db, query);
        return { items, next: next === null ? null : String(next) };
      },
    }),
  ];
}
