import { z } from 'zod';

/** Answer of `GET /api/v1/trust`: what a verifier needs to trust this catalog's reports and approvals. */
export const TrustAnswer = z.object({
  /** PEM certificates: the roots of the signing key's chain. */
  roots: z.array(z.string()),
  /** How a trust policy names the signer (`x509.subject: …`); empty where its subject cannot be named. */
  identities: z.array(z.string()).default([]),
  /** Host (and port) before a repository in references and trust scopes. */
  registryHost: z.string(),
  /** Repositories of catalog namespaces, without the host. */
  repositories: z.array(z.string()),
  /** True while Assay signs with a key of its own making. */
  developmentKey: z.boolean(),
});
export type TrustAnswer = z.infer<typeof TrustAnswer>;
