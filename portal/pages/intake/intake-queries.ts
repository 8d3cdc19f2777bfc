import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { IntakeDetail, IntakePage, IntakeRow } from '#model/api-intake.ts';
import { keys, oneOptions, pagedOptions } from '../../queries.ts';
import { inQueueOrder, isUnderWay } from './intake-order.ts';

/** Steps of a running job are not events; they are asked for while one is looked at. */
const STEP_MS = 2500;

export interface IntakeQueue {
  readonly rows: readonly IntakeRow[] | undefined;
  readonly waiting: number;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly more: (() => void) | undefined;
}

const listOptions = (status: string) => pagedOptions<IntakePage>(keys.intake, '/intake', { status });

/** The chosen list and always those that wait, in the order of the queue. */
export function useIntakeQueue(status: string): IntakeQueue {
  const waits = useInfiniteQuery(listOptions('waiting'));
  const list = useInfiniteQuery({
    ...listOptions(status),
    refetchInterval: ({ state }) => (state.data?.pages.some(hasRunning) ? STEP_MS : false),
  });
  const waiting = waits.data?.pages.flatMap((page) => page.items) ?? [];
  const listed = list.data?.pages.flatMap((page) => page.items);
  const isMixed = status === '' || status === 'waiting';
  return {
    rows: listed && inQueueOrder(isMixed ? [...waiting, ...listed] : listed),
    waiting: waiting.length,
    error: list.error,
    retry: () => void list.refetch(),
    more: list.hasNextPage ? () => void list.fetchNextPage() : undefined,
  };
}

export function useIntakeDetail(id: string | undefined) {
  return useQuery({
    ...oneOptions<IntakeDetail>(keys.intakeOne(id ?? ''), `/intake/${encodeURIComponent(id ?? '')}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.status) ? STEP_MS : false),
  });
}

const hasRunning = (page: IntakePage) => page.items.some((row) => isUnderWay(row.status));
