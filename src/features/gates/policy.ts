import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { rules } from './rules/index.ts';

/** Rule id → its options, or `false` for a rule that is off. A rule that is not named has its default options. */
export const PolicyRules = z.record(z.string(), z.union([z.literal(false), z.record(z.string(), z.unknown())]));
export type PolicyRules = z.infer<typeof PolicyRules>;

/** The rules of one namespace; every change is a new version. */
export interface Policy {
  readonly namespace: string;
  readonly version: number;
  readonly rules: PolicyRules;
}

/** Version 1 of every namespace: each rule as its file says. */
export function defaultPolicy(namespace: string): Policy {
  return { namespace, version: 1, rules: {} };
}

/** Throws `invalid-input` that names the rule and the option. */
export function checkPolicyRules(given: PolicyRules): void {
  for (const [id, options] of Object.entries(given)) {
    const rule = rules.find((candidate) => candidate.id === id);
    if (!rule) {
      const known = rules.map((candidate) => candidate.id).join(', ');
      throw new AppError('invalid-input', `cannot use gate rule "${id}": the rules are ${known}`);
    }
    const parsed = options === false ? undefined : rule.Options.safeParse(options);
    const issue = parsed?.error?.issues[0];
    if (!issue) continue;
    throw new AppError(
      'invalid-input',
      `cannot use gate rule ${id}: ${issue.path.join('.') || 'options'}: ${issue.message}`,
    );
  }
}
