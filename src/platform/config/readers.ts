import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { messageOf } from '#kernel/errors.ts';

/** Turns the text of a setting into its value, or throws an Error whose message goes after "is". */
export type Reader<T> = (text: string) => T;

export function text(value: string): string {
  return value;
}

export function path(value: string): string {
  return resolve(value);
}

export function flag(value: string): boolean {
  if (value === 'on' || value === 'true') return true;
  if (value === 'off' || value === 'false') return false;
  throw new Error('neither on nor off');
}

export function wholeNumber(min: number, max: number): Reader<number> {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw new Error(`not a whole number from ${min} to ${max}`);
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

export function byteCount(value: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})\s?(KiB|MiB|GiB)?$/.exec(value) ?? [];
  if (digits !== '' && Number(digits) > 0) return Number(digits) * (UNITS[unit] ?? 1);
  throw new Error('not a number of bytes (KiB, MiB and GiB are understood)');
}

export function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return (value) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw new Error(`none of ${choices.join(', ')}`);
  };
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    const parts = value.split(',').map((part) => part.trim());
    return parts.filter((part) => part !== '').map(reader);
  };
}

export function url(...protocols: readonly string[]): Reader<string> {
  return (value) => {
    const found = URL.canParse(value) ? new URL(value) : undefined;
    if (!found || !protocols.includes(found.protocol))
      throw new Error(`not a URL that starts with ${protocols.join(' or ')}//`);
    return value;
  };
}

/** The address under which others reach Assay: scheme, host and port only, because `/v2` is always at the root. */
export function origin(value: string): string {
  const { origin: found, pathname, search } = new URL(url('http:', 'https:')(value));
  if (pathname !== '/' || search !== '')
    throw new Error('not only a scheme, a host and a port: a registry has no path');
  return found;
}

export interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** One address, or a network in the notation of RFC 4632. */
export function network(value: string): Network {
  const [address = '', prefix, ...rest] = value.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (bits > 0 && length <= bits && rest.length === 0) return { address, prefix: length };
  throw new Error('not an address or a network such as 10.0.0.0/8');
}

/** A place to read from: a URL as it is, a path made absolute. */
export function location(value: string): string {
  return /^https?:\/\//.test(value) ? url('http:', 'https:')(value) : resolve(value);
}

export type BlobPlace =
  | { readonly kind: 'disk' }
  /** The prefix is empty or ends with a slash. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

export function blobPlace(value: string): BlobPlace {
  if (value === 'disk') return { kind: 'disk' };
  const [, bucket = '', path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/.exec(value) ?? [];
  if (bucket === '' || /\/\.\.?(?:\/|$)/.test(path)) throw new Error('neither disk nor s3://BUCKET/PREFIX');
  return { kind: 's3', bucket, prefix: path === '' ? '' : `${path.slice(1)}/` };
}

/** `true` stands for the address that we use ourselves. */
export function redirect(value: string): boolean | string {
  return /^https?:/.test(value) ? origin(value) : flag(value);
}

export function key32(value: string): Buffer {
  const bytes = Buffer.from(value, /^[0-9a-f]{64}$/i.test(value) ? 'hex' : 'base64');
  if (bytes.length === 32) return bytes;
  throw new Error('not 32 bytes in base64 or hexadecimal');
}

const CRON_FIELD = /^(\*|[\dA-Za-z]+(-[\dA-Za-z]+)?)(\/\d+)?(,(\*|[\dA-Za-z]+(-[\dA-Za-z]+)?)(\/\d+)?)*$/;

/** `off`, or five fields; what they mean is checked where they are scheduled. */
export function cron(value: string): string | undefined {
  if (value === 'off') return undefined;
  const fields = value.trim().split(/\s+/);
  if (fields.length === 5 && fields.every((field) => CRON_FIELD.test(field))) return fields.join(' ');
  throw new Error('neither off nor a schedule of five fields: minute, hour, day, month, weekday');
}

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** Kinds of events; none means all. */
  readonly events: readonly string[];
}

/** JSON, or the path of a file with it. */
export function webhooks(value: string): readonly Webhook[] {
  const json = value.trimStart().startsWith('[') ? value : readFileSync(value, 'utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new Error(`not JSON (${messageOf(cause)})`, { cause });
  }
  if (!Array.isArray(parsed)) throw new Error('not a list of webhooks');
  return parsed.map(webhook);
}

function webhook(item: unknown, index: number): Webhook {
  const { url: address, secret, events = [] } = (item ?? {}) as Record<string, unknown>;
  const fault = (what: string) => new Error(`not a list of webhooks (number ${index + 1} ${what})`);
  if (typeof address !== 'string' || !/^https?:/.test(address) || !URL.canParse(address)) throw fault('has no "url"');
  if (typeof secret !== 'string' || secret === '') throw fault('has no "secret"');
  if (!Array.isArray(events) || !events.every((event) => typeof event === 'string')) throw fault('has odd "events"');
  return { url: address, secret, events };
}
