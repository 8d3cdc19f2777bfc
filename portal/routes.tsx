import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AppShell } from './app-shell.tsx';
import { type CatalogSearch, readCatalogSearch } from './catalog-search.ts';
import { NotFoundPage } from './pages/not-found.tsx';
import { PageError } from './parts/page-error.tsx';
import { entriesOptions } from './queries.ts';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: AppShell,
  notFoundComponent: NotFoundPage,
});
const parent = () => root;

const catalog = createRoute({
  getParentRoute: parent,
  path: '/',
  validateSearch: readCatalogSearch,
  // Started beside the page's own code, never waited for: the page shows what the cache has.
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps, preload }) => {
    if (preload) void context.queries.prefetchInfiniteQuery(entriesOptions(filtersOf(deps)));
  },
  component: lazyRouteComponent(() => import('./pages/catalog.tsx'), 'CatalogPage'),
});
const entry = createRoute({
  getParentRoute: parent,
  path: '/entries/$',
  component: lazyRouteComponent(() => import('./pages/entry.tsx'), 'EntryPage'),
});

export interface ImageSearch {
  readonly platform?: string;
  /** `repository:tag` that led here; keeps the crumb. */
  readonly via?: string;
}
const image = createRoute({
  getParentRoute: parent,
  path: '/images/$digest',
  validateSearch: (search: Record<string, unknown>): ImageSearch => ({
    ...(typeof search.platform === 'string' && { platform: search.platform }),
    ...(typeof search.via === 'string' && { via: search.via }),
  }),
  component: lazyRouteComponent(() => import('./pages/image.tsx'), 'ImagePage'),
});
const imageParent = () => image;
const imageTabs = [
  createRoute({ getParentRoute: imageParent, path: '/' }),
  createRoute({ getParentRoute: imageParent, path: '/findings' }),
  createRoute({ getParentRoute: imageParent, path: '/packages' }),
  createRoute({ getParentRoute: imageParent, path: '/layers' }),
  createRoute({ getParentRoute: imageParent, path: '/reports' }),
  createRoute({ getParentRoute: imageParent, path: '/lifecycle' }),
  createRoute({ getParentRoute: imageParent, path: '/verdicts' }),
] as const;
const reference = createRoute({
  getParentRoute: parent,
  path: '/images/$',
  component: lazyRouteComponent(() => import('./pages/reference.tsx'), 'ReferencePage'),
});

const intakePage = lazyRouteComponent(() => import('./pages/intake.tsx'), 'IntakePage');
const intake = createRoute({ getParentRoute: parent, path: '/intake', component: intakePage });
const intakeOne = createRoute({ getParentRoute: intakeParent, path: '/$id' });
function intakeParent() {
  return intake;
}

const advisories = createRoute({
  getParentRoute: parent,
  path: '/advisories',
  component: lazyRouteComponent(() => import('./pages/advisories.tsx'), 'AdvisoriesPage'),
});
const advisory = createRoute({
  getParentRoute: parent,
  path: '/advisories/$id',
  component: lazyRouteComponent(() => import('./pages/advisory.tsx'), 'AdvisoryPage'),
});
const jobs = createRoute({
  getParentRoute: parent,
  path: '/admin/jobs',
  component: lazyRouteComponent(() => import('./pages/jobs.tsx'), 'JobsPage'),
});
const adminPage = lazyRouteComponent(() => import('./pages/admin.tsx'), 'AdminPage');
const admin = createRoute({ getParentRoute: parent, path: '/admin', component: adminPage });
const adminSection = createRoute({ getParentRoute: parent, path: '/admin/$section', component: adminPage });

const signIn = createRoute({
  getParentRoute: parent,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === 'string' && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});
const account = createRoute({
  getParentRoute: parent,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account.tsx'), 'AccountPage'),
});

const tree = root.addChildren([
  catalog,
  entry,
  image.addChildren(imageTabs),
  reference,
  intake.addChildren([intakeOne]),
  advisories,
  advisory,
  jobs,
  admin,
  adminSection,
  signIn,
  account,
]);

function filtersOf(search: CatalogSearch) {
  return search;
}

export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
    pathParamsAllowedCharacters: [':', '@'],
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
