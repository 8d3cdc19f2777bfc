import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { isSignatureAlgorithm, type SignatureAlgorithm } from '#formats/crypto/signature-algorithm.ts';
import { AppError, type ErrorCode, errorCodes, messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { formatFrame, frameKinds, type KeyFrame, readFrames } from './key-frames.ts';
import type { SigningKey } from './signing.ts';

const Description = z.object({
  algorithm: z.custom<SignatureAlgorithm>(isSignatureAlgorithm),
  isDevelopment: z.boolean(),
  warnings: z.array(z.string()),
  chain: z.array(z.string()),
});
type Description = z.infer<typeof Description>;

const Refusal = z.object({ code: z.string(), message: z.string() });

interface Waiting {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The key of a sign process, by its socket. A lost connection is made anew at the next signature, and the key described
 * again: its certificate may have been renewed meanwhile. Throws `unavailable` while the sign process does not answer.
 */
export async function connectKey(
  socketPath: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<SigningKey & AsyncDisposable> {
  const connection = new KeyConnection(socketPath, options.timeoutMs ?? 10_000);
  await connection.open();
  return {
    get chain() {
      return connection.chain;
    },
    get algorithm() {
      return connection.description.algorithm;
    },
    get isDevelopment() {
      return connection.description.isDevelopment;
    },
    get warnings() {
      return connection.description.warnings;
    },
    sign: async (bytes) => {
      await connection.open();
      return new Uint8Array(await connection.ask(frameKinds.sign, Buffer.from(bytes)));
    },
    [Symbol.asyncDispose]: async () => connection.close(),
  };
}

class KeyConnection {
  readonly #socketPath: string;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #opening: Promise<void> | undefined;
  #nextId = 0;
  description: Description = { algorithm: 'ES256', isDevelopment: false, warnings: [], chain: [] };
  chain: readonly Uint8Array[] = [];

  constructor(socketPath: string, timeoutMs: number) {
    this.#socketPath = socketPath;
    this.#timeoutMs = timeoutMs;
  }

  async open(): Promise<void> {
    if (this.#socket && !this.#opening) return;
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  async #connect(): Promise<void> {
    const socket = connect(this.#socketPath);
    this.#socket = socket;
    readFrames(socket, (frame) => this.#settle(frame));
    socket.on('error', () => undefined); // told by close
    socket.on('close', () => this.#lose(socket));
    const body = await this.ask(frameKinds.describe, Buffer.alloc(0));
    this.description = Description.parse(parseJson(body, 'description of the signing key'));
    this.chain = this.description.chain.map((base64) => new Uint8Array(Buffer.from(base64, 'base64')));
  }

  ask(kind: number, body: Buffer): Promise<Buffer> {
    const id = this.#nextId;
    this.#nextId = (id + 1) % 2 ** 32;
    const frame = formatFrame({ id, kind, body });
    return new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, 'it did not answer in time'), this.#timeoutMs);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      if (this.#socket) this.#socket.write(frame);
      else this.#fail(id, 'the connection was lost');
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #settle({ id, kind, body }: KeyFrame): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (kind === frameKinds.answer) waiting?.resolve(body);
    else waiting?.reject(errorOf(body));
  }

  #fail(id: number, reason: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.reject(new AppError('unavailable', `cannot reach the sign process at ${this.#socketPath}: ${reason}`));
  }

  #lose(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    for (const id of [...this.#waiting.keys()]) this.#fail(id, 'the connection was lost');
  }
}

function errorOf(body: Buffer): AppError {
  try {
    const { code, message } = Refusal.parse(parseJson(body, 'answer of the sign process'));
    return new AppError(Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'internal', message);
  } catch (cause) {
    return new AppError('internal', `cannot understand the sign process: ${messageOf(cause)}`, { cause });
  }
}
