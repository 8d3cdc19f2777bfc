import { fetchProducts, findEndOfLifeSource, putEndOfLifeSource } from '#features/lifecycle/index.ts';
import { messageOf } from '#kernel/errors.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import { scanImages } from './scan-images.ts';
import type { Work } from './work.ts';

export interface LifecycleWork extends Work {
  readonly http: HttpClient;
  /** A file or an address; null when none is configured. */
  readonly endOfLife: string | null;
}

/** Brings the end-of-life data up to date; when it changed, every image's window is worked out anew. */
export async function refreshLifecycle(work: LifecycleWork): Promise<string> {
  const { db, clock, endOfLife } = work;
  if (endOfLife === null) return 'no end-of-life data is configured';
  const before = await findEndOfLifeSource(db);
  const fingerprint = before?.location === endOfLife ? before.fingerprint : null;
  try {
    const fetched = await fetchProducts({ http: work.http }, endOfLife, fingerprint);
    const result =
      fetched === 'unchanged' ? ({ kind: 'unchanged' } as const) : ({ kind: 'changed', ...fetched } as const);
    await putEndOfLifeSource(db, endOfLife, result, clock.now());
    if (result.kind === 'unchanged') return 'unchanged';
    return `changed; ${await scanImages(work)}`;
  } catch (error) {
    await putEndOfLifeSource(db, endOfLife, { kind: 'failed', error: messageOf(error) }, clock.now());
    throw error;
  }
}
