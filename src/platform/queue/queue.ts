import type { Database } from '#platform/database/database.ts';

/** Every class has workers of its own, so that a long sweep never delays a push. */
export const queueClasses = ['interactive', 'push', 'malware', 'sweep', 'sign', 'notify', 'maintenance'] as const;
export type QueueClass = (typeof queueClasses)[number];

export interface JobRequest {
  /** The workflow's name, such as `admit-image`. */
  readonly name: string;
  readonly queueClass: QueueClass;
  /** JSON. */
  readonly input: unknown;
  /** A request with the name and key of a job that waits is answered with that job. */
  readonly key?: string;
  readonly startAfter?: Date;
  /** What the job is about, for people: an image, a repository. */
  readonly subject?: string;
}

export interface Queue {
  /**
   * Queues the job in the caller's transaction and returns its id: the job runs when the transaction commits, and
   * only then. A job that already waits under the same key starts after this transaction, so it sees its changes.
   */
  send(db: Database, job: JobRequest): Promise<string>;
}

export interface JobContext {
  /** Aborted when the job exceeds its time or the process must end. */
  readonly signal: AbortSignal;
  readonly jobId: string;
  /** Says in words what the job does now; shown live. */
  step(text: string): Promise<void>;
}

/** A kind of job. It may run more than once for one request, so it must be idempotent. */
export interface JobDefinition {
  readonly name: string;
  readonly queueClass: QueueClass;
  /** How often a failed run is repeated, with growing pauses. */
  readonly retries: number;
  /** `cron` in UTC, five fields. A run missed while nothing was running is made up for once. */
  readonly schedule?: { readonly cron: string; readonly title: string };
  /** The text, if any, is the result that lists show. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a run without a result returns nothing
  run(input: unknown, context: JobContext): Promise<string | void>;
  /** Called, at least once, when the last repetition has failed. */
  onFailed?(input: unknown, error: string, context: JobContext): Promise<void>;
}
