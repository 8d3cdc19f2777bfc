import type { ColumnType, Generated } from 'kysely';
import type { AcceptanceScope, IntakeStatus } from '#model/api-intake.ts';
import type { Verdict, VerdictOutcome } from '#model/verdict.ts';
import type { PolicyRules } from './policy.ts';

export type GatesTables = {
  gates_intake: {
    id: Generated<string>;
    repository: string;
    tag: string;
    digest: string;
    target: string;
    status: IntakeStatus;
    step: Generated<string>;
    summary: Generated<string>;
    pushed_by: string;
    pushed_at: Date;
    decided_at: Date | null;
    decided_by: string | null;
    decision_reason: string | null;
  };
  /** Rows are only ever added. */
  gates_verdict: {
    id: Generated<number>;
    digest: string;
    repository: string;
    outcome: VerdictOutcome;
    verdict: ColumnType<Verdict, string, never>;
  };
  gates_policy: {
    namespace: string;
    version: number;
    rules: ColumnType<PolicyRules, string, never>;
    created_at: Date;
    created_by: string;
  };
  gates_acceptance: {
    id: Generated<string>;
    scope: AcceptanceScope;
    scope_value: string;
    rule: string;
    advisory_id: string | null;
    reason: string;
    ticket: string | null;
    /** The last day (YYYY-MM-DD). */
    until: string;
    created_by: string;
    created_at: Date;
    ended_at: Date | null;
    ended_by: string | null;
  };
};
