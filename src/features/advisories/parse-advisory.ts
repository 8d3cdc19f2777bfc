import { z } from 'zod';
import { findEcosystem, normalizePackageName } from '#model/ecosystem.ts';
import type { Advisory, Affected, EventKind, RangeEvent } from './advisory.ts';
import { distributionRating, ratingOf } from './rating.ts';

const texts = z.array(z.string()).nullish();
const loose = z.record(z.string(), z.unknown()).nullish().catch(null);
const Severities = z
  .array(z.object({ type: z.string(), score: z.string() }))
  .nullish()
  .catch(null);

const Event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
  limit: z.string().optional(),
});

const AffectedEntry = z.object({
  package: z.object({ ecosystem: z.string().min(1), name: z.string().min(1) }).nullish(),
  ranges: z.array(z.object({ type: z.string(), events: z.array(Event) })).nullish(),
  versions: texts,
  severity: Severities,
  ecosystem_specific: loose,
  database_specific: loose,
});
type AffectedEntry = z.infer<typeof AffectedEntry>;

/** OSV schema, any 1.x, to the fields used here. */
const OsvRecord = z.object({
  id: z.string().min(1).max(200),
  modified: z.string().nullish(),
  published: z.string().nullish(),
  withdrawn: z.string().nullish(),
  aliases: texts,
  upstream: texts,
  related: texts,
  summary: z.string().nullish(),
  details: z.string().nullish(),
  severity: Severities,
  affected: z.array(AffectedEntry).nullish(),
  database_specific: loose,
});
type OsvRecord = z.infer<typeof OsvRecord>;

/** Throws a ZodError when the value is no OSV record. */
export function parseAdvisory(value: unknown): Advisory {
  const record = OsvRecord.parse(value);
  const affected: Affected[] = [];
  for (const entry of record.affected ?? []) {
    const parsed = parseAffected(record, entry);
    if (parsed) affected.push(parsed);
  }
  return {
    id: record.id,
    modified: timeOrNull(record.modified) ?? '',
    published: timeOrNull(record.published),
    withdrawn: timeOrNull(record.withdrawn) !== null,
    aliases: aliasesOf(record, affected),
    summary: record.summary || firstSentence(record.details ?? ''),
    details: record.details ?? '',
    vectors: vectorsOf(record.severity),
    rating: ratingOf(record.database_specific?.severity),
    affected,
  };
}

/** Some converters write the zero time where they know none. */
function timeOrNull(text: string | null | undefined): string | null {
  return !text || text.startsWith('0001-01-01') ? null : text;
}

function firstSentence(details: string): string {
  const line = details.trimStart().split('\n', 1)[0] ?? '';
  const end = line.indexOf('. ');
  const sentence = end < 0 ? line : line.slice(0, end + 1);
  return sentence.length > 200 ? `${sentence.slice(0, 199)}…` : sentence;
}

function vectorsOf(severities: z.infer<typeof Severities>): string[] {
  return (severities ?? []).filter((entry) => entry.type.startsWith('CVSS')).map((entry) => entry.score);
}

function aliasesOf(record: OsvRecord, affected: readonly Affected[]): string[] {
  const isSystem = affected.some((entry) => findEcosystem(entry.ecosystem)?.released);
  const related = isSystem ? (record.related ?? []).filter(isCve) : [];
  const all = new Set([...(record.aliases ?? []), ...(record.upstream ?? []), ...related]);
  all.delete(record.id);
  return [...all].sort((a, b) => Number(isCve(b)) - Number(isCve(a)));
}

function isCve(id: string): boolean {
  return id.startsWith('CVE-');
}

function parseAffected(record: OsvRecord, entry: AffectedEntry): Affected | undefined {
  if (!entry.package) return undefined;
  const { ecosystem, name } = entry.package;
  const ranges = (entry.ranges ?? []).filter((range) => range.type !== 'GIT');
  return {
    ecosystem,
    name: normalizePackageName(ecosystem, name),
    versions: entry.versions ?? [],
    ranges: ranges.map((range) => range.events.flatMap(parseEvent)),
    vectors: vectorsOf(entry.severity),
    rating: distributionRating({
      ecosystem,
      summary: record.summary ?? '',
      specific: { ...entry.database_specific, ...entry.ecosystem_specific },
      severities: [...(entry.severity ?? []), ...(record.severity ?? [])],
    }),
    binaries: parseBinaries(entry.ecosystem_specific?.binaries),
    informational: typeof entry.database_specific?.informational === 'string',
  };
}

function parseEvent(event: z.infer<typeof Event>): RangeEvent[] {
  const events: RangeEvent[] = [];
  for (const kind of ['introduced', 'fixed', 'last_affected', 'limit'] as const satisfies readonly EventKind[]) {
    const version = event[kind];
    if (version !== undefined) events.push({ kind, version });
  }
  return events;
}

/** Ubuntu writes `{binary_name, binary_version}`, SUSE and older Ubuntu records `{name: version, …}`. */
function parseBinaries(value: unknown): Record<string, string> | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const binaries: Record<string, string> = Object.create(null);
  for (const item of value) {
    if (typeof item !== 'object' || item === null) continue;
    const row = item as Record<string, unknown>;
    if (typeof row.binary_name === 'string') binaries[row.binary_name] = String(row.binary_version ?? '');
    else for (const [name, version] of Object.entries(row)) binaries[name] = String(version);
  }
  return Object.keys(binaries).length > 0 ? { ...binaries } : null;
}
