import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * HEAD requests, one after the other on each connection; how many were answered in a second. wrk waits for a body that never
 * comes. Throws when an answer was not a good one.
 */
export async function measureHeads(load: {
  readonly url: string;
  readonly accept: string;
  readonly connections: number;
  readonly seconds: number;
}): Promise<number> {
  const { host, hostname, port, pathname } = new URL(load.url);
  const request = `HEAD ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${load.accept}\r\n\r\n`;
  let answered = 0;
  let failure = '';
  const startedAt = performance.now();
  const sockets = Array.from({ length: load.connections }, () => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let head = '';
    socket.setEncoding('latin1').on('data', (text) => {
      head += text;
      if (!head.endsWith('\r\n\r\n')) return;
      if (!head.startsWith('HTTP/1.1 200')) failure = head;
      head = '';
      answered += 1;
      socket.write(request);
    });
    socket.on('error', (error) => {
      failure = error.message;
    });
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, load.seconds * 1000));
  const elapsed = (performance.now() - startedAt) / 1000;
  const rate = answered / elapsed;
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.destroy();
      return closed;
    }),
  );
  if (failure) throw new Error(`HEAD ${load.url} failed: ${failure}`);
  return rate;
}
