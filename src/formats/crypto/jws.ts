import { AppError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { isSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/**
 * The Notary Project's JWS envelope: RFC 7515 flattened JSON with a fixed set of headers
 * (notaryproject/specifications, signature-envelope-jws.md). Parsing is strict, verifying is the caller's.
 */
export const JWS_MEDIA_TYPE = 'application/jose+json';
export const PAYLOAD_MEDIA_TYPE = 'application/vnd.cncf.notary.payload.v1+json';

const SCHEME = 'io.cncf.notary.signingScheme';
const SIGNING_TIME = 'io.cncf.notary.signingTime';
const AUTHENTIC_TIME = 'io.cncf.notary.authenticSigningTime';
const EXPIRY = 'io.cncf.notary.expiry';
const TIMESTAMP = 'io.cncf.notary.timestampSignature';
const AGENT = 'io.cncf.notary.signingAgent';
const KNOWN = ['alg', 'cty', 'crit', SCHEME, SIGNING_TIME, AUTHENTIC_TIME, EXPIRY];

export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';

/** The protected header, understood. */
export interface SignedAttributes {
  readonly algorithm: SignatureAlgorithm;
  readonly contentType: string;
  readonly scheme: SigningScheme;
  /** The signer's own word under `notary.x509`, the authority's under `notary.x509.signingAuthority`. */
  readonly signingTime: Date;
  readonly expiry: Date | null;
  /** Extended attributes, none of which is critical. */
  readonly extended: Readonly<Record<string, unknown>>;
}

export interface JwsEnvelope {
  readonly attributes: SignedAttributes;
  readonly payload: Uint8Array;
  /** The bytes that the signature covers. */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly signingAgent: string | null;
  readonly timestamp: Uint8Array | null;
}

function broken(reason: string, cause?: unknown): AppError {
  return new AppError('unusable-input', `cannot read signature envelope: ${reason}`, { cause });
}

export function formatSigningInput(
  attributes: { algorithm: SignatureAlgorithm; signingTime: Date; expiry: Date | null },
  payload: Uint8Array,
): Uint8Array {
  const header: Record<string, unknown> = {
    alg: attributes.algorithm,
    cty: PAYLOAD_MEDIA_TYPE,
    crit: attributes.expiry ? [SCHEME, EXPIRY] : [SCHEME],
    [SCHEME]: 'notary.x509',
    [SIGNING_TIME]: formatSeconds(attributes.signingTime),
  };
  if (attributes.expiry) header[EXPIRY] = formatSeconds(attributes.expiry);
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  return Buffer.from(`${head}.${Buffer.from(payload).toString('base64url')}`, 'ascii');
}

/** RFC 3339 in UTC without a fraction. */
export function formatSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

export function formatJws(parts: {
  signingInput: Uint8Array;
  signature: Uint8Array;
  chain: readonly Uint8Array[];
  signingAgent: string;
}): Uint8Array {
  const [head, payload] = Buffer.from(parts.signingInput).toString('ascii').split('.');
  const envelope = {
    payload,
    protected: head,
    header: {
      x5c: parts.chain.map((der) => Buffer.from(der).toString('base64')),
      [AGENT]: parts.signingAgent,
    },
    signature: Buffer.from(parts.signature).toString('base64url'),
  };
  return Buffer.from(JSON.stringify(envelope));
}

/** Throws `unusable-input` with the rule that is broken. */
export function parseJws(bytes: Uint8Array): JwsEnvelope {
  const envelope = objectOf(parseJson(bytes, 'signature envelope', { maxBytes: 1024 * 1024, maxDepth: 8 }), 'it');
  const extra = Object.keys(envelope).find((name) => !['payload', 'protected', 'header', 'signature'].includes(name));
  if (extra !== undefined) throw broken(`it has an unknown member "${extra.slice(0, 60)}"`);
  const head = textOf(envelope.protected, 'protected');
  const payload = textOf(envelope.payload, 'payload');
  const header = objectOf(envelope.header, 'its header');
  return {
    attributes: parseProtected(decodeBase64Url(head, 'protected')),
    payload: decodeBase64Url(payload, 'payload'),
    signingInput: Buffer.from(`${head}.${payload}`, 'ascii'),
    signature: decodeBase64Url(textOf(envelope.signature, 'signature'), 'signature'),
    chain: parseChain(header.x5c),
    signingAgent: typeof header[AGENT] === 'string' ? header[AGENT] : null,
    timestamp: header[TIMESTAMP] === undefined ? null : decodeBase64(header[TIMESTAMP], 'the timestamp'),
  };
}

/** The parts of what a key is asked to sign. Throws `unusable-input` when it is no Notary signing input. */
export function parseSigningInput(bytes: Uint8Array): { attributes: SignedAttributes; payload: Uint8Array } {
  const [head = '', payload = '', ...rest] = Buffer.from(bytes).toString('latin1').split('.');
  if (rest.length > 0) throw broken('a signing input has two parts');
  const attributes = parseProtected(decodeBase64Url(head, 'protected'));
  return { attributes, payload: decodeBase64Url(payload, 'payload') };
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken(`${what} is no JSON object`);
  return value as Record<string, unknown>;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw broken(`member "${what}" is missing`);
  return value;
}

function decodeBase64Url(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw broken(`member "${what}" is not base64url without padding`);
  return new Uint8Array(bytes);
}

function decodeBase64(value: unknown, what: string): Uint8Array {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== value) throw broken(`${what} is not base64`);
  return new Uint8Array(bytes);
}

function parseChain(value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0) throw broken('the certificate chain (x5c) is missing');
  if (value.length > 16) throw broken(`the certificate chain has ${value.length} certificates, more than 16`);
  return value.map((entry) => decodeBase64(entry, 'a certificate of the chain'));
}

function parseProtected(bytes: Uint8Array): SignedAttributes {
  const header = objectOf(
    parseJson(bytes, 'protected header', { maxBytes: 64 * 1024, maxDepth: 8 }),
    'its protected header',
  );
  const { alg, cty } = header;
  if (!isSignatureAlgorithm(alg)) throw broken(`algorithm ${JSON.stringify(alg)?.slice(0, 40)} is not allowed`);
  if (typeof cty !== 'string') throw broken('its content type (cty) is missing');
  const scheme = header[SCHEME];
  if (scheme !== 'notary.x509' && scheme !== 'notary.x509.signingAuthority') {
    throw broken(`signing scheme ${JSON.stringify(scheme)?.slice(0, 60)} is unknown`);
  }
  const [timeName, otherName] =
    scheme === 'notary.x509' ? [SIGNING_TIME, AUTHENTIC_TIME] : [AUTHENTIC_TIME, SIGNING_TIME];
  if (header[otherName] !== undefined) throw broken(`${otherName} does not go with ${scheme}`);
  const signingTime = parseTime(header[timeName], timeName);
  const expiry = header[EXPIRY] === undefined ? null : parseTime(header[EXPIRY], EXPIRY);
  if (expiry && expiry <= signingTime) throw broken('its expiry is not after its signing time');
  checkCritical(header, [SCHEME, ...(timeName === AUTHENTIC_TIME ? [timeName] : []), ...(expiry ? [EXPIRY] : [])]);
  const extended = Object.fromEntries(Object.entries(header).filter(([name]) => !KNOWN.includes(name)));
  return { algorithm: alg, contentType: cty, scheme, signingTime, expiry, extended };
}

/** RFC 7515, section 4.1.11: what is critical and not understood must fail. Assay understands no extended attribute. */
function checkCritical(header: Record<string, unknown>, required: readonly string[]): void {
  const { crit } = header;
  if (!Array.isArray(crit) || crit.length === 0) throw broken('its list of critical headers (crit) is missing');
  const missing = required.find((name) => !crit.includes(name));
  if (missing !== undefined) throw broken(`header ${missing} must be marked critical and is not`);
  const unknown = crit.find((name) => !required.includes(name));
  if (unknown !== undefined) throw broken(`critical header ${JSON.stringify(unknown)?.slice(0, 80)} is not understood`);
  if (new Set(crit).size !== crit.length) throw broken('its list of critical headers names one twice');
}

function parseTime(value: unknown, name: string): Date {
  const isTime =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value);
  const time = new Date(isTime ? value : Number.NaN);
  if (Number.isNaN(time.getTime())) throw broken(`${name} is missing or no RFC 3339 time`);
  return time;
}
