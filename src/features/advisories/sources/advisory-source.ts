import type { HttpClient } from '#platform/network/http-client.ts';
import type { ZipRecord } from '../zip-records.ts';

/** What a source remembers from one refresh to the next; empty at the first. */
export type Cursor = Readonly<Record<string, string>>;

/** A record, a record that could not be read, or the news that a record is gone. */
export type Delivered = ZipRecord | { readonly kind: 'gone'; readonly name: string };

/** A part of a refresh that is good or bad by itself. */
export interface SourceStep {
  readonly records: AsyncIterable<readonly Delivered[]>;
  /** True when records of this source that the step does not carry are gone. */
  readonly complete: boolean;
  /** To add to the cursor once every record of the step was read and written; asked for after `records` has ended. */
  cursor(): Cursor;
}

export interface SourceTools {
  readonly http: HttpClient;
}

/** A way to come by OSV records. */
export interface AdvisorySource {
  readonly id: string;
  /** Whether it understands the location: a path or an address. */
  accepts(location: string): boolean;
  /**
   * What changed since the cursor; no step when nothing did. May carry records that did not change.
   * Throws when the source cannot be reached; a step that fails leaves the others good.
   */
  read(tools: SourceTools, location: string, cursor: Cursor, signal?: AbortSignal): AsyncIterable<SourceStep>;
}
