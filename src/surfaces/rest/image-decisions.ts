import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { isTag, parseReference } from '#formats/oci/reference.ts';
import { isCalendarDay } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { ImageDetail, LifecycleDecision } from '#model/api-images.ts';
import { namespaceOf } from '#model/namespace.ts';
import { type ImageDeps, imageDetail } from './image-detail.ts';
import { type Caller, demand, type Route, route } from './route.ts';
import { getVisibleImage } from './visible-image.ts';

const decisions = [
  { verb: 'retire', summary: 'End an image in a repository: its pull is refused from now on' },
  { verb: 'restore', summary: 'Serve a retired or deprecated image again' },
  { verb: 'extend', summary: 'Move the end of support of an image that is still served' },
] as const;

/** Sentences for people carry the successor: a tag of the same entry, or `repository:tag`. */
function successorOf({ repository, successor }: LifecycleDecision): string | null | undefined {
  if (!successor) return successor === undefined ? undefined : null;
  if (isTag(successor)) return `${repository}:${successor}`;
  const { repository: other, tag, registry } = parseReference(successor);
  if (registry === null && tag !== null) return `${other}:${tag}`;
  throw new AppError(
    'invalid-input',
    `cannot use successor ${successor}: say a tag, or REPOSITORY:TAG of this catalog`,
  );
}

function checkDay({ until }: LifecycleDecision): void {
  if (until === undefined || isCalendarDay(until)) return;
  throw new AppError('invalid-input', `cannot use ${until}: it is no day of the calendar`);
}

async function apply(
  deps: ImageDeps,
  { verb }: (typeof decisions)[number],
  caller: Caller,
  given: { readonly digest: string; readonly decision: LifecycleDecision },
): Promise<ImageDetail> {
  const { db, clock } = deps;
  const { repository, reason, until } = given.decision;
  const image = await getVisibleImage(db, caller, given.digest);
  const { digest } = image;
  if (!image.repositories.includes(repository)) {
    throw new AppError('not-found', `cannot ${verb} ${digest}: ${repository} does not have it`);
  }
  demand(caller, 'lifecycle.decide', namespaceOf(repository));
  checkDay(given.decision);
  const successor = successorOf(given.decision);
  // One line: the reason becomes part of sentences and of the header of a pull.
  const said = reason.replace(/\s+/g, ' ');
  await deps.decide({ verb, repository, digest, reason: said, by: caller.principal.name, successor, until });
  await audit(db, {
    actor: caller.principal,
    action: `image.${verb}`,
    subject: `${repository}@${digest}`,
    from: caller.from,
    at: clock.now(),
    data: { reason: said, successor: successor ?? null, until: until ?? null },
  });
  return imageDetail(deps, image, undefined);
}

/** A curator's decisions on the life of an image. */
export function imageDecisionRoutes(deps: ImageDeps): Route[] {
  return decisions.map((row) =>
    route({
      method: 'POST',
      path: `/images/{digest}/${row.verb}`,
      summary: row.summary,
      permission: 'lifecycle.decide',
      params: z.object({ digest: z.string() }),
      body: LifecycleDecision,
      result: ImageDetail,
      handle: async ({ params, body }, caller) => apply(deps, row, caller, { digest: params.digest, decision: body }),
    }),
  );
}
