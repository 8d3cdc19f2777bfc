import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { FindingRow, HistoryRow, ImageDetail, LayerRow, PackageRow } from '#model/api-images.ts';
import type { Verdict } from '#model/verdict.ts';
import { queryString } from '../../client.ts';
import { keys, oneOptions, pagedOptions } from '../../queries.ts';

const PAGE_SIZE = 1000;
/** Beyond this many pages the rest is left out, and the page says so. */
const MOST_PAGES = 10;

interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/** A list that is fetched to its end, page by page: grouping and searching need the whole. */
export interface WholeList<T> {
  readonly items: readonly T[] | undefined;
  /** More is still on its way. */
  readonly growing: boolean;
  /** The list is longer than a browser should hold. */
  readonly cut: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

export function useImageDetail(digest: string, platform: string | undefined) {
  const path = `/images/${digest}${queryString({ platform })}`;
  return useQuery({
    ...oneOptions<ImageDetail>(keys.imagePart(digest, 'detail', { platform }), path),
    placeholderData: (previous) => (previous?.digest === digest ? previous : undefined),
  });
}

export const useAllFindings = (digest: string, platform: string | undefined) =>
  useWhole(useInfiniteQuery(listOptions<FindingRow>(digest, 'findings', platform)));
export const useAllPackages = (digest: string, platform: string | undefined) =>
  useWhole(useInfiniteQuery(listOptions<PackageRow>(digest, 'packages', platform)));
export const useAllLayers = (digest: string, platform: string | undefined) =>
  useWhole(useInfiniteQuery(listOptions<LayerRow>(digest, 'layers', platform)));
export const useAllHistory = (digest: string) =>
  useWhole(useInfiniteQuery(listOptions<HistoryRow>(digest, 'history', undefined)));

/** Every verdict on the image, newest first. */
export const useVerdicts = (digest: string) =>
  useQuery(
    oneOptions<{ items: { repository: string; verdict: Verdict }[] }>(
      keys.imagePart(digest, 'verdicts'),
      `/images/${digest}/verdicts`,
    ),
  );

function listOptions<T>(digest: string, part: string, platform: string | undefined) {
  const query = { platform, limit: PAGE_SIZE };
  return pagedOptions<Page<T>>(keys.imagePart(digest, part, query), `/images/${digest}/${part}`, query);
}

function useWhole<T>(query: UseInfiniteQueryResult<InfiniteData<Page<T>>>): WholeList<T> {
  const { data, hasNextPage, isFetching, isPlaceholderData, error, fetchNextPage, refetch } = query;
  const cut = hasNextPage && (data?.pages.length ?? 0) >= MOST_PAGES;
  const wantsMore = hasNextPage && !isFetching && !isPlaceholderData && !error && !cut;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  return {
    items: data?.pages.flatMap((page) => page.items),
    growing: hasNextPage && !cut,
    cut,
    error,
    retry: () => void refetch(),
  };
}
