import { advisoryRoutes } from './advisories.ts';
import { auditRoutes } from './audit.ts';
import { deletionRoutes } from './deletions.ts';
import type { RestRouteDeps } from './deps.ts';
import { entryRoutes } from './entries.ts';
import { eventRoutes } from './events.ts';
import { garbageRoutes } from './garbage.ts';
import { imageDecisionRoutes } from './image-decisions.ts';
import { imageRoutes } from './images.ts';
import { intakeRoutes } from './intake.ts';
import { jobRoutes } from './jobs.ts';
import { policyRoutes } from './policies.ts';
import { publisherRoutes } from './publishers.ts';
import { reportRoutes } from './reports.ts';
import { resolveRoutes } from './resolve.ts';
import { retentionRoutes } from './retention.ts';
import type { Route } from './route.ts';
import { rulesRoutes } from './rules.ts';
import { scrubRoutes } from './scrub.ts';
import { sessionRoutes } from './session.ts';
import { tokenRoutes } from './tokens.ts';
import { trustRoutes } from './trust.ts';
import { userRoutes } from './users.ts';

/** Every row of the API, in the order of its documentation. */
export function allRoutes(deps: RestRouteDeps): Route[] {
  return [
    ...sessionRoutes(deps),
    ...entryRoutes(deps),
    ...imageRoutes(deps),
    ...imageDecisionRoutes(deps),
    ...resolveRoutes(deps),
    ...reportRoutes(deps),
    ...intakeRoutes(deps),
    ...advisoryRoutes(deps),
    ...trustRoutes(deps),
    ...policyRoutes(deps),
    ...rulesRoutes(deps),
    ...retentionRoutes(deps),
    ...deletionRoutes(deps),
    ...publisherRoutes(deps),
    ...jobRoutes(deps),
    ...garbageRoutes(deps),
    ...scrubRoutes(deps),
    ...eventRoutes(deps),
    ...auditRoutes(deps),
    ...userRoutes(deps),
    ...tokenRoutes(deps),
  ];
}
