import type { Reader } from './readers.ts';

/** One setting: what reads it, and what documents it. */
export interface Variable<T> {
  readonly name: `ASSAY_${string}`;
  readonly read: Reader<T>;
  /** As one would write it. Without one the setting is absent unless it is given. */
  readonly fallback?: string;
  /** What takes the place of an absent one, in words, for the documentation. */
  readonly absent?: string;
  readonly example: string;
  readonly description: string;
  /** Never shown; may also be given as a file, in NAME_FILE. */
  readonly secret?: boolean;
}

type Given<T> = Variable<T> & { readonly fallback: string };

/** The values that a table of variables is read to. */
export type Values<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Variable<infer T>
    ? Table[Key] extends Given<T>
      ? T
      : T | undefined
    : never;
};
