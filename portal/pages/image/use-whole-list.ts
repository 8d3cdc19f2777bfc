import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Page } from '../../client.ts';
import type { findingsQuery, layersQuery, packagesQuery } from '../../queries.ts';

/** Beyond this many pages of 200 the rest is left out, and the page says so. */
const MOST_PAGES = 30;

export interface WholeList<T> {
  readonly items: readonly T[] | undefined;
  /** More is still on its way. */
  readonly growing: boolean;
  /** The list is longer than a page can hold. */
  readonly cut: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

type ListOptions<T> = T extends 'findings'
  ? ReturnType<typeof findingsQuery>
  : T extends 'packages'
    ? ReturnType<typeof packagesQuery>
    : ReturnType<typeof layersQuery>;

export function useWholeFindings(options: ListOptions<'findings'>) {
  return useWhole(useInfiniteQuery(options));
}

export function useWholePackages(options: ListOptions<'packages'>) {
  return useWhole(useInfiniteQuery(options));
}

export function useWholeLayers(options: ListOptions<'layers'>) {
  return useWhole(useInfiniteQuery(options));
}

/** Grouping and searching need the list as a whole: the pages are fetched one after the other. */
function useWhole<T>(query: UseInfiniteQueryResult<InfiniteData<Page<T>>>): WholeList<T> {
  const { data, hasNextPage, isFetching, error, fetchNextPage, refetch } = query;
  const pages = data?.pages.length ?? 0;
  const cut = hasNextPage && pages >= MOST_PAGES;
  const wantsMore = hasNextPage && !isFetching && !error && !cut;
  useEffect(() => {
    if (wantsMore) fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  return {
    items: data?.pages.flatMap((page) => page.items),
    growing: hasNextPage && !cut,
    cut,
    error,
    retry: () => refetch(),
  };
}
