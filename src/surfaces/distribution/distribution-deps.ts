import type { IncomingMessage } from 'node:http';
import type { ManifestKind, OpenRules, RegistryMemory } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Principal } from '#model/access.ts';
import type { BlobRedirects, BlobStore } from '#platform/blobs/blob-store.ts';
import type { Database } from '#platform/database/database.ts';

type Awaitable<T> = T | Promise<T>;

export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** One entry of a token's access, as in Docker's registry token specification. */
export interface RegistryScope {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface RegistryAccess {
  /** Undefined when they are wrong; `from` is the client's address. */
  authenticate(credentials: Credentials, from: string): Promise<Principal | undefined>;
  /** Who asks without credentials; undefined when everybody must sign in. */
  anonymous(): Principal | undefined;
  issueToken(
    principal: Principal,
    scopes: readonly RegistryScope[],
    audience: string,
  ): Awaitable<{ readonly token: string; readonly expiresInSeconds: number }>;
  /** Undefined when it is no token of `issueToken`, or no longer good. */
  verifyToken(
    token: string,
    audience: string,
  ): Awaitable<{ readonly principal: Principal; readonly scopes: readonly RegistryScope[] } | undefined>;
}

export type PullDecision =
  | { readonly kind: 'served'; readonly warning?: string | undefined }
  | { readonly kind: 'refused'; readonly message: string };

export type PushDecision = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly message: string };

/** What is about to be stored, or was: every field of a manifest that a decision may hang on. */
export interface PushedManifest {
  readonly repository: string;
  readonly digest: Digest;
  /** Empty when it is pushed by its digest alone. */
  readonly tags: readonly string[];
  readonly kind: ManifestKind;
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly subject: Digest | null;
  readonly sizeBytes: number;
  readonly principal: Principal;
  /** The client's address. */
  readonly from: string;
}

export interface RegistryDeletion {
  readonly action: 'manifest.delete' | 'tag.delete' | 'blob.delete';
  readonly repository: string;
  /** The tag or digest that the client named. */
  readonly reference: string;
  readonly digest: Digest;
  readonly principal: Principal;
  readonly from: string;
  readonly requestId: string;
}

export interface DistributionLimits {
  readonly manifestBytes: number;
  readonly blobBytes: number;
  /** A connection that moves nothing for so long is closed. */
  readonly idleTimeoutMs: number;
  /** An upload that is slower than this on average, after the first idle timeout, is refused. */
  readonly uploadBytesPerSecond: number;
  readonly tagsPerPage: number;
  readonly tagsPerPush: number;
}

/** What the registry's surface needs from the rest of the product. */
export interface DistributionDeps {
  readonly db: Database;
  /** What pulls read. */
  readonly memory: RegistryMemory;
  readonly blobs: BlobStore;
  /** Where clients are sent for the bytes of large blobs; absent: they get them from us. */
  readonly redirects?: BlobRedirects | undefined;
  readonly clock: Clock;
  /** Where clients reach the product, without a slash at the end: the realm of tokens. */
  readonly publicUrl: string;
  readonly log: { error(facts: object, message: string): void };
  readonly access: RegistryAccess;
  /** Whether it may know that the repository exists: tags, referrers, the catalog. */
  maySee(principal: Principal, repository: string): Awaitable<boolean>;
  mayPull(principal: Principal, repository: string): Awaitable<boolean>;
  mayPush(principal: Principal, repository: string): Awaitable<boolean>;
  mayDelete(principal: Principal, repository: string): Awaitable<boolean>;
  /** Asked for images and indexes, never for artifacts: signatures and lifecycle stay readable. */
  pullDecision(repository: string, digest: Digest, reference: string): Awaitable<PullDecision>;
  /** Asked for every blob that is read or mounted, by where it is read. */
  blobDecision(repository: string, digest: Digest): Awaitable<PullDecision>;
  /** Asked in the transaction that will store it. */
  pushDecision(pushed: PushedManifest, trx: Database): Awaitable<PushDecision>;
  /** Called in the transaction that stores manifest, tags and links; what it throws undoes them. */
  onManifestStored(trx: Database, stored: PushedManifest & { readonly created: boolean }): Promise<void>;
  /** Awaited before a change is answered: from then on every process serves what it made. */
  settled(): Promise<void>;
  /** Called in the transaction of the deletion. */
  audit(trx: Database, deletion: RegistryDeletion): Promise<void>;
  /** Where this client reaches the product, when a proxy tells another address than `publicUrl`. */
  publicUrlOf?(request: IncomingMessage): string | undefined;
  /** The client's address where a proxy stands before the server; otherwise that of the connection. */
  addressOf?(request: IncomingMessage): string;
  /** Of namespaces: immutable tags, quotas, rate limits, undeletion. Absent: there are none. */
  readonly rules?: Pick<OpenRules, 'read' | 'recent'>;
  /** How many processes share the rate limits. Default 1. */
  readonly processes?: number;
  readonly limits?: Partial<DistributionLimits>;
  /** Whether a manifest is refused when layers were not pushed; otherwise the gate finds them missing. Default no. */
  readonly requireLayers?: boolean;
}

export const defaultLimits: DistributionLimits = {
  manifestBytes: 4 * 1024 * 1024,
  blobBytes: 128 * 1024 * 1024 * 1024,
  idleTimeoutMs: 60_000,
  uploadBytesPerSecond: 1024,
  tagsPerPage: 10_000,
  tagsPerPush: 100,
};
