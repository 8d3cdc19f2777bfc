import { createHash } from 'node:crypto';
import { isUnread, type Problem } from '#model/problem.ts';
import type { Severity } from '#model/severity.ts';
import { type ReportInput, TOOL_NAME } from '../report.ts';

/**
 * The parts that both SARIF reports share: OASIS SARIF 2.1.0, with one run, because Ratify reads only the first
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
 */
export interface SarifRule {
  readonly id: string;
  readonly [member: string]: unknown;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly [member: string]: unknown;
}

export interface SarifParts {
  readonly category: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  readonly extensions: readonly object[];
  readonly notifications: readonly SarifNotification[];
  readonly artifacts?: readonly object[];
}

export interface SarifNotification {
  readonly level: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly text: string;
  readonly path: string | null;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** GitHub code scanning takes no more results or rules in one run, shows 100 locations of a result and 10 tags of a rule. */
export const MAX_RESULTS = 25_000;
export const MAX_LOCATIONS = 100;
const MAX_NOTIFICATIONS = 1_000;
const MAX_TEXT = 1_000;

export function renderSarif(input: ReportInput, parts: SarifParts): Uint8Array {
  const run = {
    tool: {
      driver: { name: TOOL_NAME, version: input.toolVersion, rules: parts.rules },
      ...(parts.extensions.length > 0 ? { extensions: parts.extensions } : {}),
    },
    invocations: [invocationOf(input, parts.notifications)],
    automationDetails: { id: `assay/${parts.category}/${input.image.name}/` },
    originalUriBaseIds: { ROOTPATH: { uri: 'file:///' } },
    ...(parts.artifacts ? { artifacts: parts.artifacts } : {}),
    results: parts.results,
    columnKind: 'utf16CodeUnits',
    properties: propertiesOf(input),
  };
  return Buffer.from(`${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] })}\n`);
}

function propertiesOf(input: ReportInput) {
  const { image, platforms, dataSources, validUntil } = input;
  return {
    imageName: image.name,
    imageDigest: image.digest,
    validUntil: validUntil.toISOString(),
    platforms: platforms.map(({ digest, platform, distribution }) => ({
      digest,
      platform,
      distribution: distribution ? `${distribution.id} ${distribution.versionId}`.trim() : null,
    })),
    dataSources: dataSources.map(({ id, refreshedAt }) => ({ id, refreshedAt: refreshedAt?.toISOString() ?? null })),
  };
}

/** What could not be done is part of the report: an error among it means that the report is not the whole truth. */
function invocationOf(input: ReportInput, notifications: readonly SarifNotification[]) {
  const shown = notifications.slice(0, MAX_NOTIFICATIONS).map(({ level, code, text, path }) => ({
    level,
    descriptor: { id: code },
    message: { text: clip(text) },
    ...(path ? { locations: [{ physicalLocation: { artifactLocation: locationOf(path) } }] } : {}),
  }));
  const omitted = notifications.length - shown.length;
  if (omitted > 0) {
    shown.push({
      level: 'error',
      descriptor: { id: 'limit-reached' },
      message: { text: `${omitted} more are not listed` },
    });
  }
  return {
    executionSuccessful: !notifications.some(({ level }) => level === 'error'),
    startTimeUtc: input.startedAt.toISOString(),
    endTimeUtc: input.finishedAt.toISOString(),
    toolExecutionNotifications: shown,
  };
}

/** `decisive` are codes that, beside unread content, leave the report's question unanswered. */
export function notificationsOf(input: ReportInput, decisive: readonly string[]): SarifNotification[] {
  const notifications = new Map<string, SarifNotification>();
  for (const { platform, problems } of input.platforms) {
    for (const problem of problems) {
      const text = input.platforms.length > 1 ? `${platform}: ${problem.message}` : problem.message;
      const level = isUnread(problem) || decisive.includes(problem.code) ? 'error' : 'warning';
      notifications.set(keyOf(problem, text), { level, code: problem.code, text, path: problem.path });
    }
  }
  return [...notifications.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notification]) => notification);
}

function keyOf(problem: Problem, text: string): string {
  return JSON.stringify([isUnread(problem) ? 0 : 1, problem.code, problem.path, problem.layer, text]);
}

/** A path in the image, relative to its root. */
export function locationOf(path: string): { uri: string; uriBaseId: string } {
  const uri = path.split('/').map(encodeSegment).join('/');
  return { uri: uri === '' ? '.' : uri, uriBaseId: 'ROOTPATH' };
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed());
}

export function physicalLocation(path: string) {
  return { artifactLocation: locationOf(path), region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } };
}

/** Stable from scan to scan, so that an alert keeps its identity: independent of versions, layers and platforms. */
export function fingerprint(...parts: readonly string[]): string {
  return `${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}:1`;
}

export function clip(text: string): string {
  const plain = text.toWellFormed();
  return plain.length > MAX_TEXT ? `${plain.slice(0, MAX_TEXT - 1).toWellFormed()}…` : plain;
}

export function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  if (severity === 'critical' || severity === 'high') return 'error';
  return severity === 'medium' ? 'warning' : 'note';
}

const BANDS: Readonly<Record<Exclude<Severity, 'unknown'>, readonly [number, number]>> = {
  critical: [9, 10],
  high: [7, 8.9],
  medium: [4, 6.9],
  low: [0.1, 3.9],
};

/** The score as text where it agrees with the severity, else the nearest one that does: distributions rate by themselves. */
export function securitySeverity(severity: Severity, score: number | null): string | undefined {
  if (severity === 'unknown') return score === null ? undefined : score.toFixed(1);
  const [lowest, highest] = BANDS[severity];
  return Math.min(highest, Math.max(lowest, score ?? lowest)).toFixed(1);
}
