import { AppError } from '#kernel/errors.ts';
import { type DerElement, derChildren, derTags, expectDer, parseDerText, parseOid } from './der.ts';

/** One attribute of a name. `type` is the short name, or the dotted identifier where there is none. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** A distinguished name in the certificate's order: the country usually comes first. */
export type DistinguishedName = readonly NameAttribute[];

const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

export function parseName(element: DerElement): DistinguishedName {
  const attributes: NameAttribute[] = [];
  for (const set of derChildren(expectDer(element, derTags.sequence, 'a name'))) {
    for (const pair of derChildren(expectDer(set, derTags.set, 'a part of a name'))) {
      const [oidElement, valueElement] = derChildren(pair);
      const oid = parseOid(oidElement);
      if (!valueElement) throw new AppError('unusable-input', 'cannot read DER: a part of a name has no value');
      const text = parseDerText(valueElement) ?? `#${Buffer.from(valueElement.bytes).toString('hex')}`;
      attributes.push({ type: SHORT_NAMES[oid] ?? oid, value: text });
    }
  }
  return attributes;
}

function escapeValue(value: string): string {
  const escaped = value.replace(/[\\"+,;<>]/g, '\\$&').replaceAll('\0', '\\00');
  const trailing = escaped.endsWith(' ') ? `${escaped.slice(0, -1)}\\ ` : escaped;
  return trailing.replace(/^[ #]/, '\\$&');
}

/** RFC 4514: last attribute first, special characters escaped. */
export function formatName(name: DistinguishedName): string {
  return [...name]
    .reverse()
    .map(({ type, value }) => `${type}=${escapeValue(value)}`)
    .join(',');
}

/** RFC 4514 text as a trust policy holds it: `C=US, ST=WA, O=Example`. Throws `unusable-input`. */
export function parseNameText(text: string): DistinguishedName {
  const attributes: NameAttribute[] = [];
  for (const part of splitUnescaped(text)) {
    const equals = part.indexOf('=');
    const type = part.slice(0, Math.max(equals, 0)).trim().toUpperCase();
    if (!/^[A-Z0-9][A-Z0-9.-]*$/.test(type)) throw unusableName(text, `"${part.trim()}" is no TYPE=value`);
    attributes.push({ type: type === 'S' ? 'ST' : type, value: unescapeValue(text, part.slice(equals + 1)) });
  }
  return attributes.reverse();
}

function unusableName(text: string, reason: string): AppError {
  return new AppError('unusable-input', `cannot use name "${text.slice(0, 200)}": ${reason}`);
}

function splitUnescaped(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] ?? '';
    if (character === '\\') {
      part += character + (text[i + 1] ?? '');
      i += 1;
    } else if (character === '+') {
      throw unusableName(text, 'several values in one part ("+") are not allowed');
    } else if (character === ',' || character === ';') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

function unescapeValue(text: string, raw: string): string {
  const value = raw.replace(/^ +/, '').replace(/(?<!\\) +$/, '');
  if (value.startsWith('#')) throw unusableName(text, 'values as "#hex" are not allowed');
  const bytes: number[] = [];
  for (let i = 0; i < value.length; ) {
    const pair = /^\\([0-9a-fA-F]{2})/.exec(value.slice(i, i + 3));
    if (pair) {
      bytes.push(Number.parseInt(pair[1] ?? '', 16));
      i += 3;
      continue;
    }
    if (value[i] === '\\') i += 1;
    const character = String.fromCodePoint(value.codePointAt(i) ?? 0);
    bytes.push(...Buffer.from(character));
    i += character.length;
  }
  return Buffer.from(bytes).toString();
}

const IDENTITY_TYPES = ['C', 'ST', 'L', 'O', 'OU', 'CN', 'SERIALNUMBER', 'STREET', 'POSTALCODE'];
const REQUIRED_TYPES = { C: 'country', ST: 'state or province', O: 'organization' } as const;

/**
 * Why this subject cannot be named in a trust policy's `trustedIdentities`: the reference verifier fails every signature of
 * such a certificate unless the policy trusts `*`. Empty when it can.
 */
export function identityFaults(subject: DistinguishedName): string[] {
  const faults: string[] = [];
  for (const [type, words] of Object.entries(REQUIRED_TYPES)) {
    if (!subject.some((attribute) => attribute.type === type)) faults.push(`it has no ${words} (${type})`);
  }
  for (const type of new Set(subject.map((attribute) => attribute.type))) {
    if (!IDENTITY_TYPES.includes(type)) faults.push(`it has ${type}, which verifiers do not understand`);
    else if (subject.filter((attribute) => attribute.type === type).length > 1) faults.push(`it has ${type} twice`);
  }
  return faults;
}

/** True when the subject has every attribute of the identity with the same value; order does not matter. */
export function matchesIdentity(subject: DistinguishedName, identity: DistinguishedName): boolean {
  return identity.every(({ type, value }) =>
    subject.some((attribute) => attribute.type.toUpperCase() === type && attribute.value === value),
  );
}
