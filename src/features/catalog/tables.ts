import type { ColumnType, Generated } from 'kysely';
import type { EntryRow, SupportPolicy, TagRow } from '#model/api-entries.ts';
import type { MalwareFinding } from '#model/malware.ts';

/** Read as the value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export type CatalogTables = {
  catalog_entry: {
    repository: string;
    description: string;
    owner: string | null;
    categories: Json<string[]>;
    support: Json<SupportPolicy>;
    recommended: Json<KeptRecommendation> | null;
    recommended_digest: Generated<string | null>;
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
    row: Json<KeptTagRow>;
    pushed_at: Date;
  };
  catalog_image: {
    digest: string;
    platforms: Json<string[]>;
    distribution: string | null;
    malware: ColumnType<MalwareFinding[], string | undefined, string>;
    scanned_at: Date | null;
    /** A digest over the findings and malware last seen, to know whether a scan changed anything. */
    findings_digest: string | null;
    origin: Json<Origin> | null;
    /** When its newest report was made. */
    reported_at: Date | null;
    /** How many changes no scan has seen yet. */
    due: Generated<number>;
  };
  catalog_image_platform: { image: string; platform: string; position: number };
  catalog_term: {
    digest: string;
    term: string;
    label: string;
  };
};

/** What a row keeps; posture and report are joined when it is read, because they change without it. */
type Joined = 'posture' | 'reportedAt';
export type KeptTagRow = Omit<TagRow, Joined>;
export type KeptRecommendation = Omit<NonNullable<EntryRow['recommended']>, Joined>;

/** Where an image was brought from. */
export interface Origin {
  readonly reference: string;
  readonly digest: string;
  readonly at: string;
  readonly by: string;
}
