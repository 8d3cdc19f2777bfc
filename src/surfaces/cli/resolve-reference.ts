import { isDigest } from '#kernel/digest.ts';
import type { ApiClient } from './client.ts';

/** What `GET /api/v1/resolve` answers. */
export interface Resolved {
  readonly digest: string;
  readonly repository: string | null;
  readonly tag: string | null;
}

/** A reference as people type it, with or without the server's own host in front, to a digest. */
export async function resolveReference(client: ApiClient, reference: string): Promise<Resolved> {
  if (isDigest(reference)) return { digest: reference, repository: null, tag: null };
  const host = `${new URL(client.url).host}/`;
  const name = reference.startsWith(host) ? reference.slice(host.length) : reference;
  return client.get<Resolved>('/resolve', { reference: name });
}
