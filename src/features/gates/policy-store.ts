import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { checkPolicyRules, defaultPolicy, type Policy, type PolicyRules } from './policy.ts';
import type { GatesTables } from './tables.ts';

/** `staging/vendor/agent` → itself, `staging/vendor`, `staging`. */
function placesOf(repository: string): string[] {
  const parts = repository.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

/** The policy that judges a repository: that of the nearest place above it that has one. */
export async function policyFor(db: Database, repository: string): Promise<Policy> {
  for (const place of placesOf(repository)) {
    const policy = await currentPolicy(db, place);
    if (policy.version > 1) return policy;
  }
  return defaultPolicy(repository.split('/', 1)[0] ?? repository);
}

/** The newest policy of a namespace; the default one while nobody wrote any. */
export async function currentPolicy(db: Database, namespace: string): Promise<Policy> {
  const row = await db
    .withTables<GatesTables>()
    .selectFrom('gates_policy')
    .select(['namespace', 'version', 'rules'])
    .where('namespace', '=', namespace)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? defaultPolicy(namespace);
}

/** Writes the next version. Throws `invalid-input`, or `conflict` when somebody else wrote it first. */
export async function putPolicy(
  db: Database,
  policy: { readonly namespace: string; readonly rules: PolicyRules; readonly by: string; readonly at: Date },
): Promise<Policy> {
  checkPolicyRules(policy.rules);
  const { namespace, rules } = policy;
  const { version } = await currentPolicy(db, namespace);
  const written = await db
    .withTables<GatesTables>()
    .insertInto('gates_policy')
    .values({
      namespace,
      version: version + 1,
      rules: JSON.stringify(rules),
      created_at: policy.at,
      created_by: policy.by,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .execute();
  if (written.length === 0) {
    throw new AppError(
      'conflict',
      `cannot change the rules of ${namespace}: somebody else did just now; read them again`,
    );
  }
  return { namespace, version: version + 1, rules };
}
