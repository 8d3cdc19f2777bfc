import type { IncomingMessage } from 'node:http';
import type { Caller } from './authorization.ts';
import type { DistributionDeps, DistributionLimits } from './distribution-deps.ts';
import type { PullRecorder } from './pull-recorder.ts';
import type { Answer } from './registry-answer.ts';
import type { RequestKind, RequestOf } from './registry-request.ts';

/** One request, once it is known who asks. */
export interface Context {
  readonly deps: DistributionDeps;
  readonly limits: DistributionLimits;
  readonly pulls: PullRecorder;
  readonly caller: Caller;
  readonly request: IncomingMessage;
  readonly isHead: boolean;
  readonly requestId: string;
}

export type Handler<K extends RequestKind> = (context: Context, request: RequestOf<K>) => Answer | Promise<Answer>;
