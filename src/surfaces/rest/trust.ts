import { listRepositories } from '#features/registry/index.ts';
import type { AnnouncedTrust } from '#features/signing/index.ts';
import { isAllowed } from '#model/access.ts';
import { TrustAnswer } from '#model/api-trust.ts';
import { CATALOG_NAMESPACE } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from './route.ts';

export interface TrustDeps {
  readonly db: Database;
  trust(): Promise<AnnouncedTrust>;
  readonly registryHost: string;
}

const MAX_REPOSITORIES = 10_000;

export function trustRoutes({ db, trust, registryHost }: TrustDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/trust',
      summary: "What a verifier needs to trust this catalog's reports and approvals",
      permission: 'anyone',
      result: TrustAnswer,
      handle: async (_, { principal }) => {
        const page = { prefix: `${CATALOG_NAMESPACE}/`, limit: MAX_REPOSITORIES };
        const mayRead = isAllowed(principal, 'image.read', CATALOG_NAMESPACE);
        const { roots, identities, developmentKey } = await trust();
        return {
          roots: [...roots],
          identities: [...identities],
          developmentKey,
          registryHost,
          repositories: mayRead ? await listRepositories(db, page) : [],
        };
      },
    }),
  ];
}
