/** For tests: the linker's record in both of its forms. */

const MARK = 'x'.repeat(16);

function header(pointerBytes: number, flags: number): Buffer {
  return Buffer.concat([
    Buffer.from('\xff Go buildinf:', 'latin1'),
    Buffer.from([pointerBytes, flags]),
    Buffer.alloc(16),
  ]);
}

export function inlineBuildInfo(goVersion: string, lines: readonly string[]): Buffer {
  const texts = [goVersion, `${MARK}${lines.join('\n')}\n${MARK}`].flatMap((text) => {
    const bytes = Buffer.from(text);
    return [Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes];
  });
  return Buffer.concat([header(8, 2), ...texts]);
}

export function pointerBuildInfo(
  goVersion: string,
  lines: readonly string[],
  { pointerBytes, endian, address }: { pointerBytes: 4 | 8; endian: 'LE' | 'BE'; address: number },
): Buffer {
  const put = (bytes: Buffer, value: number, at: number) =>
    pointerBytes === 8 ? bytes[`writeBigUInt64${endian}`](BigInt(value), at) : bytes[`writeUInt32${endian}`](value, at);
  const head = header(pointerBytes, endian === 'BE' ? 1 : 0);
  const version = Buffer.from(goVersion);
  const modules = Buffer.from(`${MARK}${lines.join('\n')}\n${MARK}`);
  const strings = Buffer.alloc(4 * pointerBytes);
  const stringsAt = address + head.length;
  const textsAt = stringsAt + strings.length;
  put(head, stringsAt, 16);
  put(head, stringsAt + 2 * pointerBytes, 16 + pointerBytes);
  put(strings, textsAt, 0);
  put(strings, version.length, pointerBytes);
  put(strings, textsAt + version.length, 2 * pointerBytes);
  put(strings, modules.length, 3 * pointerBytes);
  return Buffer.concat([head, strings, version, modules]);
}
