import type { ColumnType, Generated } from 'kysely';
import type { AdvisorySourceRow } from '#model/api-work.ts';
import type { Match } from '#model/finding.ts';
import type { AdvisoryHead, Affected } from './advisory.ts';
import type { Cursor } from './sources/advisory-source.ts';

/** Read as the value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export type AdvisoriesTables = {
  advisories_source: {
    id: string;
    location: string;
    state: AdvisorySourceRow['state'];
    cursor: ColumnType<Cursor, string | undefined, string>;
    advisories: Generated<number>;
    attempted_at: Date | null;
    refreshed_at: Date | null;
    changed_at: Date | null;
    last_error: string | null;
  };
  advisories_record: {
    id: Generated<number>;
    source: string;
    file: string;
    advisory: string;
    digest: Buffer;
    head: Json<AdvisoryHead>;
    details: string;
    aliases: string[];
  };
  advisories_affected: {
    record_id: number;
    ecosystem: string;
    name: string;
    entries: Json<readonly Affected[]>;
  };
  advisories_release: { release: string };
  advisories_changed: { ecosystem: string; name: string };
  advisories_known_exploited: { cve: string; since: string };
  advisories_finding: { package_id: number; advisory: string; aliases: string[]; match: Json<Match> };
};
