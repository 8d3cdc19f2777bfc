import type { Distribution } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { FoundPackage } from './cataloger.ts';

/** Longer than any that exists; what an index of the database takes is not much more. */
const MAX_LENGTHS = {
  name: 400,
  version: 200,
  purl: 1000,
  sourceName: 400,
  sourceVersion: 200,
  module: 200,
  ecosystem: 100,
} as const;
const MAX_LICENSES = 50;
const MAX_LICENSE = 200;
const MAX_MESSAGE = 1000;

/** Strangers write NUL and halves of surrogate pairs; a database holds neither, and a terminal should not. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\u{fffd}');
}

/** Undefined when a part is longer than any real one. */
export function cleanPackage(found: FoundPackage): FoundPackage | undefined {
  const parts = Object.entries(MAX_LENGTHS) as [keyof typeof MAX_LENGTHS, number][];
  if (parts.some(([key, limit]) => Buffer.byteLength(found[key] ?? '') > limit)) return undefined;
  const { licenses, owns, ...texts } = found;
  const cleaned = Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [key, typeof value === 'string' ? cleanText(value) : value]),
  ) as Omit<FoundPackage, 'licenses' | 'owns'>;
  return {
    ...cleaned,
    ...(licenses && { licenses: licenses.slice(0, MAX_LICENSES).map((each) => cleanText(each.slice(0, MAX_LICENSE))) }),
    ...(owns && { owns }),
  };
}

export function cleanDistribution({ id, versionId, name, like }: Distribution): Distribution {
  return { id: cleanText(id), versionId: cleanText(versionId), name: cleanText(name), like: like.map(cleanText) };
}

export function cleanProblem(problem: Problem): Problem {
  return {
    ...problem,
    message: cleanText(problem.message.slice(0, MAX_MESSAGE)),
    path: problem.path === null ? null : cleanText(problem.path),
  };
}
