import type { HttpClient } from '#platform/network/http-client.ts';
import type { AdvisorySource } from './advisory-source.ts';
import { folder } from './folder.ts';
import { url } from './url.ts';

/** The first that accepts a location reads it. */
export function advisorySources(tools: { readonly http: HttpClient }): readonly AdvisorySource[] {
  return [folder, url(tools)];
}
