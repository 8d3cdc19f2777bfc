import { chmod, lstat, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { AppError, messageOf } from '#kernel/errors.ts';
import { formatFrame, frameKinds, type KeyFrame, readFrames } from './key-frames.ts';
import type { SigningKey } from './signing.ts';
import { checkSigningInput } from './signing-input.ts';

const MAX_CONNECTIONS = 64;
const MAX_PENDING = 256;
const MAX_PATH_BYTES = 107;

/**
 * Offers the key on a unix socket that only this user can open (mode 0600); the folder should be as closed. Signs nothing but
 * Notary Project payloads. Disposing closes the socket and every connection.
 */
export async function serveKey(key: SigningKey, socketPath: string): Promise<AsyncDisposable> {
  if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES) {
    throw new AppError(
      'invalid-input',
      `cannot listen on ${socketPath}: a socket's path has at most ${MAX_PATH_BYTES} bytes`,
    );
  }
  await removeStale(socketPath);
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined); // a client that went away
    serveConnection(key, socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, socketPath);
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

async function removeStale(socketPath: string): Promise<void> {
  const found = await lstat(socketPath).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new AppError('conflict', `cannot listen on ${socketPath}: something else lies there`);
  await rm(socketPath);
}

async function listen(server: Server, socketPath: string): Promise<void> {
  // The mask holds while the socket comes to be, so that at no moment another user can open it.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
      process.umask(mask);
    });
  } catch (cause) {
    throw new AppError('unavailable', `cannot listen on ${socketPath}: ${messageOf(cause)}`, { cause });
  } finally {
    process.umask(mask);
  }
  await chmod(socketPath, 0o600);
}

function serveConnection(key: SigningKey, socket: Socket): void {
  let pending = 0;
  readFrames(socket, (frame) => {
    pending += 1;
    if (pending >= MAX_PENDING) socket.pause();
    answer(key, frame).then((reply) => {
      pending -= 1;
      if (socket.destroyed) return;
      socket.write(formatFrame(reply));
      if (pending < MAX_PENDING) socket.resume();
    });
  });
}

async function answer(key: SigningKey, { id, kind, body }: KeyFrame): Promise<KeyFrame> {
  try {
    return { id, kind: frameKinds.answer, body: await perform(key, kind, body) };
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    return { id, kind: frameKinds.refusal, body: Buffer.from(JSON.stringify({ code, message: messageOf(error) })) };
  }
}

async function perform(key: SigningKey, kind: number, body: Buffer): Promise<Buffer> {
  if (kind === frameKinds.describe) {
    const { algorithm, isDevelopment, warnings } = key;
    const chain = key.chain.map((der) => Buffer.from(der).toString('base64'));
    return Buffer.from(JSON.stringify({ algorithm, isDevelopment, warnings, chain }));
  }
  if (kind !== frameKinds.sign) throw new AppError('invalid-input', `cannot answer a request of kind ${kind}`);
  checkSigningInput(body, key.algorithm);
  return Buffer.from(await key.sign(body));
}
