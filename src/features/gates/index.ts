export { type Acceptance, acceptsAdvisory, isActive, isInScope, type Scope } from './acceptance.ts';
export {
  acceptancesEndedBetween,
  activeAcceptances,
  createAcceptance,
  endAcceptance,
  findingAcceptances,
  type NewAcceptance,
} from './acceptance-store.ts';
export {
  countUndecided,
  findIntakeByReference,
  getIntake,
  type IntakeChange,
  type IntakeQuery,
  listIntake,
  type NewIntake,
  queueIntake,
  setIntakeStatus,
} from './intake-store.ts';
export { judge, summaryOf } from './judge.ts';
export { gatesMigrations } from './migrations/index.ts';
export { checkPolicyRules, defaultPolicy, type Policy, PolicyRules } from './policy.ts';
export { currentPolicy, policyFor, putPolicy } from './policy-store.ts';
export type { Evidence, EvidenceFinding, PlatformEvidence, SignatureEvidence } from './rule.ts';
export { rules } from './rules/index.ts';
export { latestVerdict, listVerdicts, putVerdict } from './verdict-store.ts';
