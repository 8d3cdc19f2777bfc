import { emptyBlob, makeArtifact, makeImages } from './images.ts';
import { PushClient, type PushedImage } from './push-client.ts';
import type { RegistryServer } from './registry-server.ts';

export const MANY_TAGS = 10_000;
export const MANY_REPOSITORIES = 10_000;
const REFERRERS = 100;
const WRITERS = 16;
/** What the specification wants at least; zot takes no more. */
const TAGS_AT_ONCE = 10;
/** How many repositories a client asks a token for at once. */
const SCOPES_AT_ONCE = 50;

/** What every registry is filled with, the same bytes for all. */
export interface Content {
  readonly image: PushedImage;
  readonly large: PushedImage;
}

export function makeContent(): Content {
  const [[image], [large]] = [makeImages(1, 1024 ** 2), makeImages(1, 100 * 1024 ** 2)];
  if (!image || !large) throw new Error('no image was made');
  return { image, large };
}

/** Pushes the images that are read, with what refers to them. */
export async function fillImages(server: RegistryServer, content: Content): Promise<void> {
  for (const [name, image] of [
    ['read', content.image],
    ['large', content.large],
  ] as const) {
    using client = await clientFor(server, `${server.intake}${name}`);
    await client.pushImage(`${server.intake}${name}`, image, '1');
    await server.published(name, '1');
  }
  const repository = `${server.catalog}read`;
  using client = await clientFor(server, repository);
  await client.pushBlob(repository, emptyBlob);
  for (let number = 0; number < REFERRERS; number += 1) {
    const artifact = makeArtifact(`referrer ${number}`, content.image.manifest);
    await client.putManifest(repository, artifact, artifact.digest);
  }
}

/** One manifest with many tags: several at once where the registry takes them so. */
export async function fillTags(server: RegistryServer): Promise<void> {
  const repository = `${server.catalog}tags`;
  using client = await clientFor(server, repository);
  await client.pushBlob(repository, emptyBlob);
  const artifact = makeArtifact('tags');
  const tags = Array.from({ length: MANY_TAGS }, (_, number) => `v${String(number).padStart(5, '0')}`);
  await client.putManifest(repository, artifact, `${artifact.digest}?${tagQuery(tags.slice(0, 2))}`);
  const takesSeveral = (await countTags(server, repository)) === 2;
  const steps = takesSeveral ? chunks(tags, TAGS_AT_ONCE).map((some) => `${artifact.digest}?${tagQuery(some)}`) : tags;
  await sideBySide(chunks(steps, Math.ceil(steps.length / WRITERS)), async (references) => {
    using writer = await clientFor(server, repository);
    for (const reference of references) await writer.putManifest(repository, artifact, reference);
  });
}

export async function fillRepositories(server: RegistryServer): Promise<void> {
  const artifact = makeArtifact('repositories');
  const names = Array.from({ length: MANY_REPOSITORIES }, (_, number) => manyRepository(server, number));
  await sideBySide(chunks(names, SCOPES_AT_ONCE), async (some) => {
    using writer = await clientFor(server, ...some);
    for (const repository of some) {
      await writer.pushBlob(repository, emptyBlob);
      await writer.putManifest(repository, artifact, artifact.digest);
    }
  });
}

export function manyRepository(server: RegistryServer, number: number): string {
  return `${server.catalog}many/r${String(number).padStart(5, '0')}`;
}

export async function clientFor(server: RegistryServer, ...repositories: readonly string[]): Promise<PushClient> {
  return new PushClient(server.url, await server.authorize(repositories));
}

/** As many at once as there are writers. */
async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const writers = Array.from({ length: WRITERS }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  });
  await Promise.all(writers);
}

function tagQuery(tags: readonly string[]): string {
  return tags.map((tag) => `tag=${tag}`).join('&');
}

async function countTags(server: RegistryServer, repository: string): Promise<number> {
  const answer = await fetch(`${server.url}/v2/${repository}/tags/list`);
  return answer.ok ? ((await answer.json()) as { tags: string[] }).tags.length : 0;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
