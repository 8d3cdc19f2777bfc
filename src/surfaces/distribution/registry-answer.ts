import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type AnswerHeaders = Record<string, string | number | readonly string[]>;

/** What a handler says. For HEAD a body of bytes is left out by whoever sends it; a stream is not opened at all. */
export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** A stream needs `content-length` among the headers. */
  readonly body?: Uint8Array | string | Readable;
}

export function jsonAnswer(status: number, value: unknown, headers: AnswerHeaders = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export async function sendAnswer(response: ServerResponse, answer: Answer, isHead: boolean): Promise<void> {
  const { status, headers, body } = answer;
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return sendStream(response, status, headers, body);
  }
  if (headers['content-length'] === undefined && status !== 204) {
    headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0);
  }
  response.writeHead(status, headers as Record<string, string>);
  response.end(isHead ? undefined : body);
}

async function sendStream(
  response: ServerResponse,
  status: number,
  headers: AnswerHeaders,
  body: Readable,
): Promise<void> {
  try {
    response.writeHead(status, headers as Record<string, string>);
    await pipeline(body, response);
  } finally {
    // A client that was gone before the first byte leaves the stream, and its file, open.
    body.destroy();
  }
}

/**
 * RFC 7234, section 5.5: a sentence for people that clients print. Header values are bytes; what is not ASCII goes out
 * as UTF-8.
 */
export function warningHeader(sentence: string): string {
  const text = `299 - "${sentence.replace(/[\\"]/g, '\\$&').replace(/[\s\p{Cc}]+/gu, ' ')}"`;
  return Buffer.from(text, 'utf8').toString('latin1');
}
