import type { TlsPair } from '#platform/network/tls-pair.ts';
import type { MetricsSnapshot } from '#platform/telemetry/metrics.ts';

/** What a process of the server does. */
export type Role = 'web' | 'work' | 'sign';

/** What the supervisor tells a process when it may begin. */
export interface ProcessContext {
  readonly role: Role;
  readonly databaseUrl: string;
  /** Where the sign process listens. */
  readonly signSocket: string;
  /** Nobody else works on this database, so what a dead process held is free. */
  readonly isOnlyNode: boolean;
  /** What web processes serve with; absent for plain HTTP. */
  readonly tls?: TlsPair | undefined;
}

export type ToProcess =
  | { readonly kind: 'start'; readonly context: ProcessContext }
  | { readonly kind: 'stop' }
  | { readonly kind: 'renew-tls'; readonly tls: TlsPair }
  | { readonly kind: 'read-metrics'; readonly id: number }
  | { readonly kind: 'all-metrics'; readonly id: number; readonly text: string }
  | { readonly kind: 'catch-up'; readonly id: number }
  | { readonly kind: 'settled'; readonly id: number };

export type ToSupervisor =
  /** Sent when the process has loaded and waits for `start`. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'metrics'; readonly id: number; readonly snapshot: MetricsSnapshot }
  | { readonly kind: 'want-all-metrics'; readonly id: number }
  | { readonly kind: 'caught-up'; readonly id: number }
  | { readonly kind: 'want-settled'; readonly id: number };
