import type { ColumnType, Generated } from 'kysely';
import type { ImageState } from '#model/image-state.ts';
import type { SupportDate } from '#model/lifecycle.ts';
import type { RepositoryImageState } from './state.ts';

export type LifecycleTables = {
  lifecycle_state: {
    repository: string;
    digest: string;
    state: RepositoryImageState;
    since: Date;
    reason: string;
    actor: string;
    successor: string | null;
    retires_at: Date | null;
    extended_until: string | null;
  };
  lifecycle_quarantine: { digest: string; since: Date; reason: string; actor: string };
  /** Rows are only ever added. */
  lifecycle_history: {
    id: Generated<number>;
    digest: string;
    /** Empty for what holds everywhere. */
    repository: string;
    state: ImageState;
    at: Date;
    actor: string;
    message: string;
  };
  lifecycle_window: {
    digest: string;
    dates: ColumnType<readonly SupportDate[], string, string>;
    end_of_life: string | null;
    updated_at: Date;
  };
  lifecycle_source: {
    id: string;
    location: string;
    fingerprint: string | null;
    refreshed_at: Date | null;
    changed_at: Date | null;
    last_error: string | null;
    /** The data as it was fetched, compressed with gzip. */
    products: Buffer | null;
  };
};
