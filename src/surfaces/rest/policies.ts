import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { currentPolicy, type Policy, PolicyRules, putPolicy, rules } from '#features/gates/index.ts';
import { isRepositoryName } from '#formats/oci/reference.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, demand, type Route, route } from './route.ts';

const Namespace = z.object({ namespace: z.string() });
const PolicyAnswer = z.object({
  namespace: z.string(),
  /** 1 while nobody changed anything. */
  version: z.number(),
  rules: PolicyRules,
  /** Every rule there is. */
  known: z.array(z.object({ id: z.string(), title: z.string() })),
});

function answerOf({ namespace, version, rules: chosen }: Policy): z.input<typeof PolicyAnswer> {
  return { namespace, version, rules: chosen, known: rules.map(({ id, title }) => ({ id, title })) };
}

/** Rules hang on the intake namespace, or on a part of it such as `staging/vendor`. */
function demandPolicy(caller: Caller, namespace: string): void {
  demand(caller, 'gate.write', namespaceOf(namespace));
  if (isRepositoryName(namespace) && kindOfNamespace(namespaceOf(namespace)) === 'intake') return;
  throw new AppError('not-found', `cannot find rules of ${namespace}: images are judged in the intake namespace only`);
}

/** The gate's rules, by namespace. Every change is a new version. */
export function policyRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/policies/{namespace}',
      summary: "A namespace's own gate rules; the slashes of its name are written %2F",
      permission: 'gate.write',
      params: Namespace,
      result: PolicyAnswer,
      handle: async ({ params: { namespace } }, caller) => {
        demandPolicy(caller, namespace);
        return answerOf(await currentPolicy(db, namespace));
      },
    }),
    route({
      method: 'PUT',
      path: '/policies/{namespace}',
      summary: 'Write the next version of the rules; a rule that is not named has its default options',
      permission: 'gate.write',
      params: Namespace,
      body: z.object({ rules: PolicyRules }),
      result: PolicyAnswer,
      handle: async ({ params: { namespace }, body }, caller) => {
        demandPolicy(caller, namespace);
        const { principal: actor, from } = caller;
        const at = clock.now();
        const policy = await db.transaction().execute(async (trx) => {
          const written = await putPolicy(trx, { namespace, rules: body.rules, by: actor.name, at });
          const data = { version: written.version, rules: body.rules };
          await audit(trx, { actor, action: 'policy.put', subject: namespace, from, at, data });
          return written;
        });
        return answerOf(policy);
      },
    }),
  ];
}
