import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createLimit } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import { ecosystems } from '#model/ecosystem.ts';
import type { HttpAnswer } from '#platform/network/http-client.ts';
import { readZipRecords } from '../zip-records.ts';
import type { AdvisorySource, Cursor, Delivered, SourceStep, SourceTools } from './advisory-source.ts';

/** More changes than this are fetched as one archive. */
const MAX_SINGLE_RECORDS = 2_000;
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3;
const MAX_LIST_BYTES = 256 * 1024 * 1024;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;
const CONCURRENCY = 8;

/**
 * An address laid out as OSV's bucket: `<ecosystem>/all.zip` at first, then only what `<ecosystem>/modified_id.csv`
 * names as changed. https://google.github.io/osv.dev/data/
 */
export const url: AdvisorySource = {
  id: 'url',
  accepts: (location) => /^https?:\/\//i.test(location),
  read: readBase,
};

async function* readBase(
  tools: SourceTools,
  location: string,
  cursor: Cursor,
  signal?: AbortSignal,
): AsyncGenerator<SourceStep> {
  const base = location.replace(/\/+$/, '');
  for (const ecosystem of await listEcosystems(tools, base, signal)) {
    const place = `${base}/${encodeURIComponent(ecosystem)}`;
    try {
      const step = await readEcosystem({ tools, place, ecosystem, signal }, cursor);
      if (step) yield step;
    } catch (error) {
      yield { records: failing(error), complete: false, cursor: () => ({}) };
    }
  }
}

/** One ecosystem that cannot be read spoils its own step, not those of the others. */
// biome-ignore lint/correctness/useYield: it only fails
async function* failing(error: unknown): AsyncGenerator<readonly Delivered[]> {
  throw error;
}

/** Those that are published and that an image can hold. */
async function listEcosystems(tools: SourceTools, base: string, signal: AbortSignal | undefined): Promise<string[]> {
  const answer = await request(tools, `${base}/ecosystems.txt`, {}, signal);
  const known = new Set(ecosystems.map((row) => row.name));
  const lines = (await readText(answer, MAX_LIST_BYTES)).split('\n').map((line) => line.trim());
  return lines.filter((line) => known.has(line));
}

interface Place {
  readonly tools: SourceTools;
  readonly place: string;
  readonly ecosystem: string;
  readonly signal: AbortSignal | undefined;
}

interface Change {
  readonly id: string;
  readonly modified: string;
}

async function readEcosystem(place: Place, cursor: Cursor): Promise<SourceStep | undefined> {
  const tagKey = `${place.ecosystem} etag`;
  const timeKey = `${place.ecosystem} modified`;
  const tag = cursor[tagKey];
  const headers: Record<string, string> = tag ? { 'if-none-match': tag } : {};
  const answer = await request(place.tools, `${place.place}/modified_id.csv`, headers, place.signal, [304]);
  if (answer.status === 304) {
    answer.body.resume();
    return undefined;
  }
  const since = cursor[timeKey] ?? '';
  const changes = parseChanges(await readText(answer, MAX_LIST_BYTES), since);
  const newest = newestOf(changes) ?? since;
  const etag = answer.headers.etag ?? '';
  const whole = since === '' || changes.length > MAX_SINGLE_RECORDS;
  return {
    records: whole ? readWhole(place) : readChanges(place, changes),
    complete: false,
    cursor: () => ({ [timeKey]: newest, [tagKey]: etag }),
  };
}

/** `2026-11-23T10:00:00Z,GHSA-…` lines, newest first. Those of the very last instant are fetched again. */
function parseChanges(csv: string, since: string): Change[] {
  const changes: Change[] = [];
  for (const line of csv.split('\n')) {
    const comma = line.indexOf(',');
    if (comma < 0) continue;
    const modified = line.slice(0, comma).trim();
    const id = line.slice(comma + 1).trim();
    if (modified < since) break;
    if (modified !== '' && /^[\w.:+-]+$/.test(id)) changes.push({ id, modified });
  }
  return changes;
}

function newestOf(changes: readonly Change[]): string | undefined {
  return changes
    .map((change) => change.modified)
    .sort()
    .at(-1);
}

async function* readChanges(place: Place, changes: readonly Change[]): AsyncGenerator<readonly Delivered[]> {
  const limit = createLimit(CONCURRENCY);
  for (let start = 0; start < changes.length; start += 100) {
    const part = changes.slice(start, start + 100);
    yield await Promise.all(part.map((change) => limit(() => readOne(place, change))));
  }
}

async function readOne(place: Place, { id }: Change): Promise<Delivered> {
  const name = `${id}.json`;
  const answer = await request(place.tools, `${place.place}/${encodeURIComponent(id)}.json`, {}, place.signal, [404]);
  if (answer.status !== 404) return { kind: 'record', name, bytes: await readBytes(answer, MAX_RECORD_BYTES) };
  answer.body.resume();
  return { kind: 'gone', name };
}

/** The archive goes through a file: its directory is at its end. */
async function* readWhole(place: Place): AsyncGenerator<readonly Delivered[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-advisories-'));
  try {
    const path = join(folder, 'all.zip');
    const answer = await request(place.tools, `${place.place}/all.zip`, {}, place.signal);
    await pipeline(answer.body, limitBytes(MAX_ARCHIVE_BYTES), createWriteStream(path));
    yield* readZipRecords(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function request(
  { http }: SourceTools,
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  expected: readonly number[] = [],
): Promise<HttpAnswer> {
  const answer = await http.request(address, { headers, ...(signal && { signal }) });
  if (answer.status === 200 || expected.includes(answer.status)) return answer;
  answer.body.destroy();
  throw new AppError('unavailable', `cannot read ${address}: it answers with status ${answer.status}`);
}

async function readBytes(answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer.body) {
    total += (chunk as Buffer).length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function readText(answer: HttpAnswer, maxBytes: number): Promise<string> {
  return (await readBytes(answer, maxBytes)).toString('utf8');
}

function limitBytes(maxBytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total <= maxBytes) return done(null, chunk);
      done(tooLarge(maxBytes));
    },
  });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('limit-reached', `cannot read advisories: the answer exceeds ${maxBytes} bytes`);
}
