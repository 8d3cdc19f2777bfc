import type { MalwareScanner } from '#features/malware/index.ts';
import type { BlobDeps } from '#features/registry/index.ts';
import type { SigningKey } from '#features/signing/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { JobRequest, Queue } from '#platform/queue/queue.ts';

/** What most workflows stand on: the database, bytes, time, and jobs that follow. */
export interface Work extends BlobDeps {
  readonly clock: Clock;
  readonly queue: Queue;
}

export interface ScanWork extends Work {
  readonly malware: MalwareScanner;
  readonly maxLayerBytes: number;
}

export interface SignWork extends Work {
  readonly key: SigningKey;
}

export type Step = (text: string) => Promise<void>;

/** The job that writes new reports of an image; one that waits is not queued twice. */
export function reportJob(digest: string): JobRequest {
  return { name: 'report-image', queueClass: 'sign', input: { digest }, key: `report ${digest}`, subject: digest };
}
