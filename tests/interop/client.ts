import type { Person } from '#testkit/assay-client.ts';
import type { Outcome } from '#testkit/peers.ts';

/** Where a client works: a running product, a folder of its own, and what is ready for it there. */
export interface Place {
  readonly host: string;
  /** The path of the private authority's certificate; absent over plain HTTP. */
  readonly ca: string | undefined;
  readonly folder: string;
  /** May push to `staging/`, pull from there and from `golden/`, and nothing else. */
  readonly person: Person;
  /** A small image as an OCI layout of which the tag is `1.0.0`, as an OCI archive, as `docker save` writes it, and its files alone. */
  readonly image: {
    readonly layout: string;
    readonly ociArchive: string;
    readonly dockerArchive: string;
    readonly files: string;
  };
  /** A program with this place's environment: nothing of the user's own configuration is read or written. */
  run(program: string, args: readonly string[], input?: string): Promise<Outcome>;
}

/** What a client cannot do by its design, and why. */
export interface NotApplicable {
  readonly why: string;
}

type Deed<Arguments extends readonly string[]> = ((...args: Arguments) => Promise<Outcome>) | NotApplicable;

/** References are `HOST/REPOSITORY:TAG`; the tag is `1.0.0`. */
export interface Deeds {
  readonly login: Deed<[password: string]>;
  /** Where there is no login, anything that needs the password. */
  readonly wrongPassword: (password: string) => Promise<Outcome>;
  /** Pushes what the client is for: an image, a chart; or signs the image that is there. */
  readonly push: Deed<[reference: string]>;
  readonly pull: (reference: string) => Promise<Outcome>;
  readonly copy: Deed<[from: string, to: string]>;
  /** Says what is in the repository: tags, or what refers to the image. */
  readonly list: Deed<[reference: string]>;
  readonly delete: Deed<[reference: string]>;
}

export interface Session extends Deeds, AsyncDisposable {}

export interface InteropClient {
  readonly id: string;
  readonly title: string;
  readonly programs: readonly [string, ...string[]];
  /** Prints the version, anywhere in its first lines. */
  readonly version: readonly string[];
  /** What it pushes. Signatures are added to an image that is there already. */
  readonly pushes: 'images' | 'charts' | 'signatures';
  /** Whether copies bring what refers to the image. */
  readonly copiesReferrers: boolean;
  /** Whether it shows the registry's own sentence when an image may not be pulled. */
  readonly showsSentence: boolean;
  /** How it is made to trust a private authority. */
  readonly trusts: string;
  /** How it is allowed to speak plain HTTP. */
  readonly plain: string;
  open(place: Place): Promise<Session>;
}

/** The deeds one after another, until one fails. */
export async function inTurn(...deeds: readonly (() => Promise<Outcome>)[]): Promise<Outcome> {
  let last: Outcome = { code: 0, stdout: '', stderr: '' };
  for (const deed of deeds) {
    last = await deed();
    if (last.code !== 0) break;
  }
  return last;
}

/** For a client that keeps nothing running. */
export function session(deeds: Deeds): Session {
  return { ...deeds, [Symbol.asyncDispose]: async () => undefined };
}
