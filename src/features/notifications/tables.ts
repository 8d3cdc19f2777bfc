import type { ColumnType, Generated } from 'kysely';
import type { EventType } from '#model/event.ts';

export type NotificationsTables = {
  notifications_event: {
    /** In the order in which events were written; transactions commit in another. */
    draft: Generated<number>;
    /** In the order in which events became visible; given when they are first read. */
    id: number | null;
    type: EventType;
    at: Date;
    repository: string | null;
    digest: string | null;
    actor: string;
    message: string;
    data: ColumnType<Record<string, unknown>, string, never>;
  };
  notifications_endpoint: {
    id: string;
    read_up_to: number;
    /** In a row. */
    failures: Generated<number>;
    rests_until: Date | null;
  };
  notifications_delivery: {
    endpoint_id: string;
    event_id: number;
    /** `dead`: given up after too many attempts. */
    state: 'pending' | 'done' | 'dead';
    attempts: Generated<number>;
    next_at: Date;
    last_error: string | null;
    finished_at: Date | null;
  };
};
