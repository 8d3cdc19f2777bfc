/** The same bytes in blocks of one size; the last one may be smaller. */
export async function* blocksOf(bytes: AsyncIterable<Uint8Array>, blockBytes: number): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, blockBytes - size);
      gathered.push(taken);
      size += taken.length;
      rest = rest.subarray(taken.length);
      if (size < blockBytes) continue;
      yield Buffer.concat(gathered);
      gathered = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(gathered);
}
