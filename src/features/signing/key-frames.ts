import type { Socket } from 'node:net';
import { AppError } from '#kernel/errors.ts';

/**
 * What the sign process and its clients say to each other: length (4 bytes, of what follows), number of the request
 * (4 bytes), kind (1 byte), body.
 */
export interface KeyFrame {
  readonly id: number;
  readonly kind: number;
  readonly body: Buffer;
}

export const frameKinds = { describe: 1, sign: 2, answer: 3, refusal: 4 } as const;

/** A signing input is a few kilobytes; a chain of certificates a few dozen. */
export const MAX_FRAME_BYTES = 256 * 1024;
const HEAD_BYTES = 9;
const PREFIX_BYTES = 4;

export function formatFrame({ id, kind, body }: KeyFrame): Buffer {
  if (body.length + HEAD_BYTES - PREFIX_BYTES > MAX_FRAME_BYTES) {
    throw new AppError('limit-reached', `cannot ask for a signature: ${body.length} bytes exceed the limit`);
  }
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(body.length + HEAD_BYTES - PREFIX_BYTES, 0);
  head.writeUInt32BE(id, PREFIX_BYTES);
  head[HEAD_BYTES - 1] = kind;
  return Buffer.concat([head, body]);
}

/** Calls `onFrame` for each frame that arrives; a peer that breaks the form or a limit loses its connection. */
export function readFrames(socket: Socket, onFrame: (frame: KeyFrame) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= PREFIX_BYTES) {
      const length = pending.readUInt32BE(0);
      if (length > MAX_FRAME_BYTES || length < HEAD_BYTES - PREFIX_BYTES) {
        socket.destroy(new AppError('limit-reached', `a frame of ${length} bytes is not allowed`));
        return;
      }
      const end = PREFIX_BYTES + length;
      if (pending.length < end) return;
      const frame = pending.subarray(0, end);
      pending = pending.subarray(end);
      onFrame({
        id: frame.readUInt32BE(PREFIX_BYTES),
        kind: frame[HEAD_BYTES - 1] ?? 0,
        body: frame.subarray(HEAD_BYTES),
      });
    }
  });
}
