const FIXED_BYTES = 10;
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;

/**
 * The length of a gzip member's header (RFC 1952, section 2.3) at the start of the bytes; `more` when it goes on behind
 * them, `none` when it is no header.
 */
export function gzipHeaderBytes(bytes: Uint8Array): number | 'more' | 'none' {
  for (const [index, byte] of [0x1f, 0x8b, 8].entries())
    if (bytes.length > index && bytes[index] !== byte) return 'none';
  if (bytes.length < FIXED_BYTES) return 'more';
  const flags = bytes[3] ?? 0;
  if (flags & 0xe0) return 'none';
  let at = FIXED_BYTES;
  if (flags & EXTRA) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [NAME, COMMENT]) {
    if (!(flags & flag)) continue;
    const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
    if (end < 0) return 'more';
    at = end + 1;
  }
  if (flags & HEADER_CRC) at += 2;
  return at <= bytes.length ? at : 'more';
}
