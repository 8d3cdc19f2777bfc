export { createDistribution, type Distribution } from './distribution.ts';
export type {
  Credentials,
  DistributionDeps,
  DistributionLimits,
  PullDecision,
  PushDecision,
  PushedManifest,
  RegistryAccess,
  RegistryDeletion,
  RegistryScope,
} from './distribution-deps.ts';
