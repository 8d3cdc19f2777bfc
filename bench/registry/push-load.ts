import { clientFor } from './content.ts';
import { makeImages } from './images.ts';
import type { RegistryServer } from './registry-server.ts';

export interface PushRate {
  readonly imagesPerSecond: number;
  readonly medianMs: number;
}

/** Pushes images that the registry has not seen, several at once, each connection into a repository of its own. */
export async function measurePushes(
  server: RegistryServer,
  load: { readonly sizeBytes: number; readonly images: number; readonly connections: number },
): Promise<PushRate> {
  const waiting = makeImages(load.images, load.sizeBytes);
  const names = Array.from({ length: load.connections }, (_, number) => `${server.intake}push-${number}`);
  const clients = await Promise.all(names.map((name) => clientFor(server, name)));
  const times: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client, number) => {
      for (let image = waiting.shift(); image; image = waiting.shift()) {
        const begunAt = performance.now();
        await client.pushImage(names[number] ?? '', image, image.config.digest.slice(7, 27));
        times.push(performance.now() - begunAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const client of clients) client[Symbol.dispose]();
  times.sort((a, b) => a - b);
  return { imagesPerSecond: load.images / seconds, medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN };
}
