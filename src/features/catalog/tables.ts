import type { ColumnType } from 'kysely';
import type { EntryRow, SupportPolicy, TagRow } from '#model/api-entries.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Posture } from '#model/posture.ts';

/** Read as the value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export type CatalogTables = {
  catalog_entry: {
    repository: string;
    description: string;
    owner: string | null;
    categories: Json<string[]>;
    support: Json<SupportPolicy>;
    recommended: Json<EntryRow['recommended']> | null;
    grade: string | null;
    state: string | null;
    distribution: string | null;
    end_of_life: ColumnType<Date | string | null, string | null, string | null>;
    window_known: boolean;
    tags: number;
    created_at: Date;
    updated_at: Date;
  };
  catalog_tag: {
    repository: string;
    tag: string;
    digest: string;
    row: Json<TagRow>;
    pushed_at: Date;
  };
  catalog_image: {
    digest: string;
    posture: Json<Posture> | null;
    platforms: Json<string[]>;
    distribution: string | null;
    malware: ColumnType<MalwareFinding[], string | undefined, string>;
    scanned_at: Date | null;
    /** A digest over the findings and malware last seen, to know whether a scan changed anything. */
    findings_digest: string | null;
    origin: Json<Origin> | null;
  };
  catalog_term: {
    digest: string;
    kind: 'package' | 'finding' | 'label';
    term: string;
    label: string;
  };
};

/** Where an image was brought from. */
export interface Origin {
  readonly reference: string;
  readonly digest: string;
  readonly at: string;
  readonly by: string;
}
