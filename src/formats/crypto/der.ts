import { AppError } from '#kernel/errors.ts';

/**
 * One element of DER (ITU-T X.690). `tag` is the identifier octet; `bytes` is the whole element, `content` what it holds.
 */
export interface DerElement {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const MAX_CHILDREN = 4096;

function broken(reason: string): AppError {
  return new AppError('unusable-input', `cannot read DER: ${reason}`);
}

/** The length that stands at `offset`: definite and minimal, as DER demands. */
function lengthAt(bytes: Uint8Array, offset: number): { length: number; next: number } {
  const first = bytes[offset];
  if (first === undefined) throw broken('it ends inside a length');
  if (first < 0x80) return { length: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw broken('a length is indefinite or too large');
  let length = 0;
  for (let i = 1; i <= count; i += 1) {
    const next = bytes[offset + i];
    if (next === undefined) throw broken('it ends inside a length');
    length = length * 256 + next;
  }
  if (length < 0x80 || length < 256 ** (count - 1)) throw broken('a length is not minimal');
  return { length, next: offset + 1 + count };
}

/** The element at `offset`; throws `unusable-input` when it is no DER. */
export function readDer(bytes: Uint8Array, offset = 0): DerElement {
  const tag = bytes[offset];
  if (tag === undefined) throw broken('it ends where an element should begin');
  if ((tag & 0x1f) === 0x1f) throw broken('a tag number is too large');
  const { length, next } = lengthAt(bytes, offset + 1);
  const end = next + length;
  if (end > bytes.length) throw broken('an element is longer than what holds it');
  return { tag, bytes: bytes.subarray(offset, end), content: bytes.subarray(next, end) };
}

/** The one element that the bytes are; anything after it is refused. */
export function parseDer(bytes: Uint8Array): DerElement {
  const element = readDer(bytes);
  if (element.bytes.length !== bytes.length) throw broken('bytes follow the end');
  return element;
}

export function derChildren(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let offset = 0; offset < element.content.length; ) {
    const child = readDer(element.content, offset);
    if (children.length >= MAX_CHILDREN) throw broken(`an element has more than ${MAX_CHILDREN} parts`);
    children.push(child);
    offset += child.bytes.length;
  }
  return children;
}

export function expectDer(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) throw broken(`${what} is missing or of the wrong type`);
  return element;
}

/** `2.5.4.6` */
export function parseOid(element: DerElement | undefined): string {
  const { content } = expectDer(element, derTags.oid, 'an object identifier');
  const arcs: number[] = [];
  let value = 0;
  for (const [index, byte] of content.entries()) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 128) throw broken('an object identifier is too large');
    if (byte & 0x80) {
      if (index === content.length - 1) throw broken('an object identifier is cut off');
      continue;
    }
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      arcs.push(first, value - first * 40);
    } else arcs.push(value);
    value = 0;
  }
  if (arcs.length === 0) throw broken('an object identifier is empty');
  return arcs.join('.');
}

/** A small non-negative INTEGER. */
export function parseDerNumber(element: DerElement): number {
  const { content } = expectDer(element, derTags.integer, 'a number');
  if (content.length === 0 || content.length > 4 || (content[0] ?? 0) & 0x80) throw broken('a number is out of range');
  let value = 0;
  for (const byte of content) value = value * 256 + byte;
  return value;
}

/** UTCTime or GeneralizedTime in the only form that RFC 5280 allows: to the second, in UTC. */
export function parseDerTime(element: DerElement | undefined): Date {
  const text = new TextDecoder('latin1').decode(element?.content);
  const match =
    element?.tag === derTags.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match || (element?.tag !== derTags.utcTime && element?.tag !== derTags.generalizedTime)) {
    throw broken('a time is malformed');
  }
  const [, yearText = '', month, day, hour, minute, second] = match;
  const short = Number(yearText);
  const century = short < 50 ? 2000 : 1900;
  const year = yearText.length === 2 ? String(short + century) : yearText;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) throw broken('a time is impossible');
  return time;
}

/** The text of one of ASN.1's string types; undefined for any other type. */
export function parseDerText(element: DerElement): string | undefined {
  switch (element.tag) {
    case derTags.utf8String:
      return new TextDecoder().decode(element.content);
    case derTags.printableString:
    case derTags.ia5String:
    case derTags.teletexString:
      return new TextDecoder('latin1').decode(element.content);
    case derTags.bmpString:
      return new TextDecoder('utf-16be').decode(element.content);
    default:
      return undefined;
  }
}
