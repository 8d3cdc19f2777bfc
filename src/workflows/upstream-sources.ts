import { findImageFacts } from '#features/catalog/index.ts';
import { manifestsUsing, topImagesOf } from '#features/registry/index.ts';
import { parseReference } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import { createRegistryClient } from '#platform/network/registry-client.ts';
import { type RepairSource, registrySource } from './repair-content.ts';

interface Upstream {
  readonly db: Database;
  readonly http: HttpClient;
}

/** More images than these are not asked where they came from. */
const IMAGES = 10;

/** The registries that the images which use the content were taken in from. */
export function originSource({ db, http }: Upstream): RepairSource {
  return {
    name: 'the registry that the image came from',
    async open(row) {
      const manifests = row.kind === 'manifest' ? [row.digest] : await manifestsUsing(db, row.digest, 100);
      for (const digest of (await topImagesOf(db, manifests)).slice(0, IMAGES)) {
        const origin = (await findImageFacts(db, digest))?.origin;
        const source = origin && parseReference(origin.reference);
        if (!source || source.registry === null) continue;
        const client = createRegistryClient({ http, registry: source.registry });
        const bytes = await registrySource(source.registry, client, (name) => [name]).open(row, [source.repository]);
        if (bytes) return bytes;
      }
      return undefined;
    },
  };
}

/**
 * `[http[s]://][USER:PASSWORD@]HOST[/PATH]`: a registry with repositories of the same names as here, below PATH if that
 * is given, or with everything in the repository PATH. Throws `invalid-input`.
 */
export function namedRegistry(http: HttpClient, place: string): RepairSource {
  const text = /^https?:\/\//.test(place) ? place : `https://${place}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const path = url?.pathname.replace(/^\/+|\/+$/g, '') ?? '';
  if (url?.search !== '' || url.hash !== '' || (path !== '' && !/^[a-z0-9._/-]+$/.test(path))) {
    throw new AppError('invalid-input', 'cannot mend from there: give a registry as HOST or HOST/PATH');
  }
  const credentials =
    url.username === ''
      ? {}
      : { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  const client = createRegistryClient({
    http,
    registry: url.host,
    ...(url.protocol === 'http:' && { plainHttp: true }),
    ...credentials,
  });
  const name = path === '' ? url.host : `${url.host}/${path}`;
  return registrySource(name, client, (repository) => (path === '' ? [repository] : [`${path}/${repository}`, path]));
}
