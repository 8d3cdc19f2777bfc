import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { Me } from '#model/api-access.ts';
import type { EntryDetail, EntryPage, EntryQuery } from '#model/api-entries.ts';
import type { FindingPage, HistoryPage, ImageDetail, LayerRow, PackagePage } from '#model/api-images.ts';
import type { IntakeDetail, IntakePage } from '#model/api-intake.ts';
import { queryString, RequestError, request } from './client.ts';

/** Rows come from the cache at once; the answer replaces them. A refusal is final, a lost connection is tried again. */
export function createQueryClient(): QueryClient {
  const retry = (count: number, error: Error) =>
    count < 2 && !(error instanceof RequestError && error.status > 0 && error.status < 500);
  return new QueryClient({
    defaultOptions: { queries: { staleTime: 15_000, gcTime: 600_000, retry, refetchOnWindowFocus: true } },
  });
}

/** The first word of a key is what live events invalidate; see live.ts. */
export const keys = {
  me: ['me'] as const,
  entries: ['entries'] as const,
  entry: (repository: string) => ['entries', 'one', repository] as const,
  image: (digest: string) => ['images', digest] as const,
  imagePart: (digest: string, part: string, query: object = {}) => ['images', digest, part, query] as const,
  intake: ['intake'] as const,
  intakeOne: (id: string) => ['intake', 'one', id] as const,
  jobs: ['jobs'] as const,
  schedules: ['jobs', 'schedules'] as const,
  advisories: ['advisories'] as const,
  tokens: ['tokens'] as const,
};

export type EntryFilters = Partial<Omit<EntryQuery, 'after' | 'limit'>>;

/** Any list that pages by `after` and `next`. The pages stay while the next answer loads. */
export function pagedOptions<P extends { readonly next: string | null }>(
  key: readonly unknown[],
  path: string,
  query: object = {},
) {
  return infiniteQueryOptions({
    queryKey: [...key, 'list', path, query] as const,
    queryFn: ({ pageParam, signal }) => request<P>(path + queryString({ ...query, after: pageParam }), { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function oneOptions<T>(key: readonly unknown[], path: string) {
  return queryOptions({ queryKey: key, queryFn: ({ signal }) => request<T>(path, { signal }) });
}

export const meOptions = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => request<Me>('/me', { signal }),
  staleTime: 300_000,
});
/** A page of the catalog, with how long its answer took and which search it answers. */
export type TimedEntryPage = EntryPage & { readonly tookMs: number; readonly answers: string };
export const entriesOptions = (filters: EntryFilters) => ({
  ...pagedOptions<TimedEntryPage>(keys.entries, '/entries', filters),
  queryFn: async ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }): Promise<TimedEntryPage> => {
    const startedAt = performance.now();
    const page = await request<EntryPage>(`/entries${queryString({ ...filters, after: pageParam })}`, { signal });
    return { ...page, tookMs: Math.round(performance.now() - startedAt), answers: JSON.stringify(filters) };
  },
});
export const entryOptions = (repository: string) =>
  oneOptions<EntryDetail>(keys.entry(repository), `/entries/${encodeURIComponent(repository)}`);
export const imageOptions = (digest: string) => oneOptions<ImageDetail>(keys.image(digest), `/images/${digest}`);

export const useMe = () => useQuery(meOptions);
export const useEntries = (filters: EntryFilters) => useInfiniteQuery(entriesOptions(filters));
export const useEntry = (repository: string) => useQuery(entryOptions(repository));
export const useImage = (digest: string) => useQuery(imageOptions(digest));
export const useFindings = (digest: string, query: object = {}) =>
  useInfiniteQuery(pagedOptions<FindingPage>(keys.imagePart(digest, 'findings'), `/images/${digest}/findings`, query));
export const usePackages = (digest: string, query: object = {}) =>
  useInfiniteQuery(pagedOptions<PackagePage>(keys.imagePart(digest, 'packages'), `/images/${digest}/packages`, query));
export const useHistory = (digest: string) =>
  useInfiniteQuery(pagedOptions<HistoryPage>(keys.imagePart(digest, 'history'), `/images/${digest}/history`));
export const useLayers = (digest: string, query: object = {}) =>
  useQuery(
    oneOptions<{ items: LayerRow[]; next: null }>(
      keys.imagePart(digest, 'layers', query),
      `/images/${digest}/layers${queryString(query)}`,
    ),
  );
export const useIntake = (query: object = {}) =>
  useInfiniteQuery(pagedOptions<IntakePage>(keys.intake, '/intake', query));
export const useIntakeOne = (id: string) =>
  useQuery(oneOptions<IntakeDetail>(keys.intakeOne(id), `/intake/${encodeURIComponent(id)}`));
