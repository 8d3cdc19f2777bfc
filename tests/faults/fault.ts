/** `short` is what every change must pass; `long` is for the table in docs/reliability.md. */
export type Scale = 'short' | 'long';

/** One kind of fault, really made to happen. */
export interface Fault {
  readonly id: string;
  /** What is done, as a row of the table. */
  readonly title: string;
  /** Why it cannot be done here, or false. */
  skip(): string | false;
  /** Throws when the product does not stand it; returns what was counted, as a clause. */
  run(scale: Scale, say: (line: string) => void): Promise<string>;
}

export function needsRoot(): string | false {
  return process.getuid?.() === 0 && process.platform === 'linux' ? false : 'needs root, for a file system of its own';
}
