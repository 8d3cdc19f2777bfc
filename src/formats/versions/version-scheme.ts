/**
 * How one family of packages orders its versions. All members are linear in the length of their arguments,
 * whatever these contain, and hold numbers of any length.
 */
export interface VersionScheme {
  readonly id: string;
  /** True when the scheme's own rules allow the version. */
  isValid(version: string): boolean;
  /**
   * Negative, zero or positive, as for `Array.sort`; a total order over valid versions.
   * Invalid ones are ordered as the scheme's own tool does where it has an opinion, and never throw.
   */
  compare(a: string, b: string): number;
  /**
   * A sortable text of fixed width that never contradicts the order of valid versions: where `a` is not greater than
   * `b`, `coarse(a)` is not greater than `coarse(b)`. Different versions may share one.
   */
  coarse(version: string): string;
}
