import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Person } from '#testkit/assay-client.ts';
import { type BuiltImage, buildImage, buildLayer } from '#testkit/images.ts';
import { pushImage } from '#testkit/push.ts';

/** Whom the load is for. */
export interface Registry {
  readonly url: string;
  readonly admin: Person;
}

/** An image unlike every other, whose layer is too large to live in a database row. */
export function uniqueImage(layerBytes = 100_000): BuiltImage {
  return buildImage({ layers: [buildLayer({ 'srv/filler': randomBytes(layerBytes) }, 'none')] });
}

interface Kept {
  readonly repository: string;
  readonly tag: string;
  readonly image: BuiltImage;
}

/** What a registry has promised, so that it can be held to it. */
export class Ledger {
  readonly #kept = new Map<string, Kept>();
  readonly #deleted = new Map<string, Kept>();
  /** Asked for and never answered: there or not there, but never half. */
  readonly #unsure = new Map<string, Kept>();
  /** What was refused, by status. */
  readonly refusals = new Map<number, number>();
  #number = 0;

  get counts(): { readonly kept: number; readonly deleted: number; readonly unsure: number } {
    return { kept: this.#kept.size, deleted: this.#deleted.size, unsure: this.#unsure.size };
  }

  /**
   * Pushes one image; true when it was answered 201, false when it was refused with an answer. Throws when no answer
   * came, or one that is no answer to give.
   */
  async push({ url, admin }: Registry, repository: string, image = uniqueImage()): Promise<boolean> {
    this.#number += 1;
    const entry = { repository, tag: `t${this.#number}`, image };
    const name = `${repository}:${entry.tag}`;
    this.#unsure.set(name, entry);
    try {
      await pushImage({ url, person: admin, repository }, image, entry.tag);
    } catch (error) {
      this.#refused(error, name);
      return false;
    }
    this.#unsure.delete(name);
    this.#kept.set(name, entry);
    return true;
  }

  /** Deletes what was pushed most recently of a repository's images, by its digest. */
  async deleteOne({ url, admin }: Registry, repository: string): Promise<void> {
    const found = [...this.#kept].findLast(([, entry]) => entry.repository === repository);
    if (!found) return;
    const [name, entry] = found;
    this.#kept.delete(name);
    this.#unsure.set(name, entry);
    const answer = await fetch(`${url}/v2/${repository}/manifests/${entry.image.manifest.digest}`, {
      method: 'DELETE',
      headers: { authorization: authorizationOf(admin) },
    });
    await answer.arrayBuffer();
    if (answer.status === 202) {
      this.#unsure.delete(name);
      this.#deleted.set(name, entry);
    } else if (answer.status >= 500) this.#count(answer.status);
    else throw new Error(`DELETE of ${name} was answered ${answer.status}`);
  }

  #refused(error: unknown, name: string): void {
    const status = Number(/was answered (\d{3})/.exec(String(error))?.[1]);
    if (!status) throw error;
    this.#count(status);
    // A manifest that was refused may still have been stored before the answer was made.
    if (status < 500) this.#unsure.delete(name);
    if (status === 500) throw error;
  }

  #count(status: number): void {
    this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
  }

  /** Throws unless everything that was answered is as it was answered, and nothing is half. */
  async check(registry: Registry, isWanted: (name: string) => boolean = () => true): Promise<void> {
    const wanted = (entries: ReadonlyMap<string, Kept>) => [...entries].filter(([name]) => isWanted(name));
    await inTurns(wanted(this.#kept), async ([name, entry]) => {
      if (!(await readImage(registry, entry))) throw new Error(`${name} was answered 201 and is gone`);
    });
    await inTurns(wanted(this.#unsure), async ([, entry]) => void (await readImage(registry, entry)));
    await inTurns(wanted(this.#deleted), async ([name, entry]) => {
      if (await readImage(registry, entry)) throw new Error(`the deletion of ${name} was answered 202, and it is back`);
    });
  }

  /** The digests of the bytes that must be on the disk, and of those that may. */
  blobs(): { readonly needed: ReadonlySet<string>; readonly possible: ReadonlySet<string> } {
    const needed = [...this.#kept.values()].flatMap(({ image }) => image.layers.map((layer) => layer.digest as string));
    const unsure = [...this.#unsure.values()].flatMap(({ image }) =>
      image.layers.map((layer) => layer.digest as string),
    );
    return { needed: new Set(needed), possible: new Set([...needed, ...unsure]) };
  }
}

function authorizationOf({ name, password }: Person): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** Whether the image is there; throws when something of it is missing or has other bytes. */
async function readImage({ url, admin }: Registry, { repository, tag, image }: Kept): Promise<boolean> {
  const read = async (path: string) => {
    const answer = await fetch(`${url}/v2/${repository}/${path}`, {
      headers: { authorization: authorizationOf(admin) },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 200) return bytes;
    if (answer.status === 404) return undefined;
    throw new Error(`GET ${repository}/${path} was answered ${answer.status}: ${bytes}`);
  };
  const manifest = await read(`manifests/${tag}`);
  if (!manifest) return false;
  for (const [what, bytes, found] of [
    ['manifest', image.manifest.bytes, manifest],
    ...(await Promise.all(
      [image.config, ...image.layers].map(
        async (blob) => [blob.digest, blob.bytes, await read(`blobs/${blob.digest}`)] as const,
      ),
    )),
  ] as const)
    if (!found?.equals(bytes))
      throw new Error(`${repository}:${tag} is half: ${what} is ${found ? 'other' : 'missing'}`);
  return true;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** The digests of all files of a disk store; throws when one's bytes are not those of its name. */
export async function readDiskStore(dataFolder: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const algorithm of ['sha256', 'sha512']) {
    const folder = join(dataFolder, 'blobs/blobs', algorithm);
    for (const bucket of await readdir(folder))
      for (const name of await readdir(join(folder, bucket))) {
        const hex = createHash(algorithm)
          .update(await readFile(join(folder, bucket, name)))
          .digest('hex');
        if (hex !== name) throw new Error(`${algorithm}:${name} is visible and its bytes have digest ${hex}`);
        found.add(`${algorithm}:${name}`);
      }
  }
  return found;
}
