import { mediaTypes } from '#formats/oci/media-types.ts';
import { type Content, fillImages, fillRepositories, fillTags, MANY_REPOSITORIES, manyRepository } from './content.ts';
import { measureHeads } from './head-load.ts';
import { measurePushes } from './push-load.ts';
import { measureReads } from './read-load.ts';
import type { RegistryServer } from './registry-server.ts';

/** What a row needs to be there; each is made once in every registry. */
export type Filling = 'images' | 'tags' | 'repositories';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly unit: 'requests/s' | 'MB/s' | 'images/s';
  readonly needs: readonly Filling[];
  measure(
    server: RegistryServer,
    content: Content,
    load: { readonly connections: number; readonly seconds: number },
  ): Promise<number>;
}

export const fillings: Readonly<Record<Filling, (server: RegistryServer, content: Content) => Promise<void>>> = {
  images: fillImages,
  tags: fillTags,
  repositories: fillRepositories,
};

type Path = (server: RegistryServer, content: Content) => string;

const accept = `${mediaTypes.imageManifest}, ${mediaTypes.imageIndex}, */*`;

function read(id: string, title: string, needs: readonly Filling[], path: Path, method: 'GET' | 'HEAD' = 'GET'): Row {
  return {
    ...{ id, title, needs, unit: 'requests/s' },
    measure: async (server, content, load) => {
      const url = `${server.url}/v2/${path(server, content)}`;
      if (method === 'HEAD') return measureHeads({ ...load, url, accept });
      return (await measureReads({ ...load, url, accept })).requestsPerSecond;
    },
  };
}

/** Of what is large it is the bytes that count, those of a request that the end cut short too. */
function stream(id: string, title: string, needs: readonly Filling[], path: Path): Row {
  return {
    ...{ id, title, needs, unit: 'MB/s' },
    measure: async (server, content, load) => {
      const url = `${server.url}/v2/${path(server, content)}`;
      return (await measureReads({ ...load, url })).bytesPerSecond / 1e6;
    },
  };
}

function push(megabytes: number): Row {
  return {
    id: `push-${megabytes}`,
    title: `push of ${megabytes} MB images`,
    unit: 'images/s',
    needs: [],
    measure: async (server, _, { connections, seconds }) => {
      // About as many as a registry takes in that time; at least one for each connection.
      const images = Math.max(connections, Math.round((seconds * 100) / megabytes ** 0.75));
      const rate = await measurePushes(server, { sizeBytes: megabytes * 1024 ** 2, images, connections });
      await server.rested();
      return rate.imagesPerSecond;
    },
  };
}

const images = ['images'] as const;

export const rows: readonly Row[] = [
  read('tag', 'manifest GET by tag', images, ({ catalog }) => `${catalog}read/manifests/1`),
  read('digest', 'manifest GET by digest', images, ({ catalog }, { image }) => {
    return `${catalog}read/manifests/${image.manifest.digest}`;
  }),
  read('head', 'manifest HEAD by tag', images, ({ catalog }) => `${catalog}read/manifests/1`, 'HEAD'),
  read('config', 'config blob GET', images, ({ catalog }, { image }) => `${catalog}read/blobs/${image.config.digest}`),
  stream('blob-1', '1 MB blob GET', images, ({ catalog }, { image }) => `${catalog}read/blobs/${image.layer.digest}`),
  stream('blob-100', '100 MB blob GET', images, ({ catalog }, { large }) => {
    return `${catalog}large/blobs/${large.layer.digest}`;
  }),
  push(1),
  push(10),
  push(100),
  read('tags', 'tags list, all of 10,000', ['tags'], ({ catalog }) => `${catalog}tags/tags/list`),
  read('tags-page', 'tags list, 100 from the middle', ['tags'], ({ catalog }) => {
    return `${catalog}tags/tags/list?n=100&last=v05000`;
  }),
  read('catalog', 'catalog of 10,000 repositories, 1,000 from the middle', ['repositories'], (server) => {
    return `_catalog?n=1000&last=${encodeURIComponent(manyRepository(server, MANY_REPOSITORIES / 2))}`;
  }),
  read('referrers', 'referrers of an image with 100', images, ({ catalog }, { image }) => {
    return `${catalog}read/referrers/${image.manifest.digest}`;
  }),
];
