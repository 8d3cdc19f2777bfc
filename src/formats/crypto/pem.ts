import { AppError } from '#kernel/errors.ts';

/** One block of RFC 7468 text. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const MAX_CHARACTERS = 1024 * 1024;
const BEGIN = '-----BEGIN ';
const LABEL = /^([A-Z0-9][A-Z0-9 ]{0,60})-----[ \t]*\r?\n/;

/** Every block in the text, in order; what stands between blocks is ignored. Throws `unusable-input`. */
export function parsePem(text: string): PemBlock[] {
  if (text.length > MAX_CHARACTERS) {
    throw new AppError('limit-reached', `cannot read PEM: ${text.length} characters exceed ${MAX_CHARACTERS}`);
  }
  const blocks: PemBlock[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
    const head = text.slice(at + BEGIN.length, at + BEGIN.length + 100);
    const label = LABEL.exec(head)?.[1];
    if (label === undefined) throw new AppError('unusable-input', 'cannot read PEM: a BEGIN line is malformed');
    const end = text.indexOf(`-----END ${label}-----`, at);
    if (end < 0) throw new AppError('unusable-input', `cannot read PEM: "${label}" has no END line`);
    const start = text.indexOf('\n', at) + 1;
    blocks.push({ label, bytes: decodeBody(label, text.slice(start, end)) });
    at = end + label.length;
  }
  return blocks;
}

function decodeBody(label: string, body: string): Uint8Array {
  const base64 = body.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw new AppError('unusable-input', `cannot read PEM: "${label}" holds something that is not base64`);
  }
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

export function formatPem(label: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
