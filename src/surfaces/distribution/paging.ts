import { AppError } from '#kernel/errors.ts';
import type { AnswerHeaders } from './registry-answer.ts';

/** The `n` parameter, at most `maxPage`. Throws `invalid-input` when it is no number. */
export function parsePageSize(query: URLSearchParams, maxPage: number): number {
  const text = query.get('n');
  if (text === null) return maxPage;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), maxPage);
  throw new AppError('invalid-input', `cannot use n=${text.slice(0, 20)}: it must be a number from 0`);
}

/** RFC 8288: where the next page is; nothing when this is the last one. */
export function nextLink(path: string, query: Readonly<Record<string, string | undefined>>): AnswerHeaders {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { link: `<${path}?${new URLSearchParams(given)}>; rel="next"` };
}
