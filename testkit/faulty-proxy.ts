import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a request, as object stores do it. */
export type Fault = 'error-500' | 'slow-down' | 'reset' | 'lost-answer' | 'truncated' | 'hang';

export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Requests since the start, faulty ones included. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly fault: Fault | undefined }[];
  /** Asked for every request; undefined lets it pass. */
  plan: (request: { readonly method: string; readonly path: string }) => Fault | undefined;
}

const errors: Readonly<Record<string, { status: number; code: string }>> = {
  'error-500': { status: 500, code: 'InternalError' },
  'slow-down': { status: 503, code: 'SlowDown' },
};

/** Stands before an HTTP server and spoils what the plan says. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const requests: { method: string; path: string; fault: Fault | undefined }[] = [];
  const server = createServer((incoming, outgoing) => {
    const [method = '', path = ''] = [incoming.method, incoming.url];
    const fault = proxy.plan({ method, path });
    requests.push({ method, path, fault });
    incoming.on('error', () => undefined);
    const error = errors[fault ?? ''];
    if (error) return answerError(incoming, outgoing, error);
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault === 'hang') return void incoming.resume();
    pass(incoming, outgoing, { hostname, port }, fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    plan: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

function answerError(incoming: IncomingMessage, outgoing: ServerResponse, error: { status: number; code: string }) {
  incoming.resume();
  incoming.once('end', () => {
    outgoing.writeHead(error.status, { 'content-type': 'application/xml' });
    outgoing.end(incoming.method === 'HEAD' ? undefined : `<Error><Code>${error.code}</Code></Error>`);
  });
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { hostname, port }: { readonly hostname: string; readonly port: string },
  fault: Fault | undefined,
): void {
  const { method, url, headers } = incoming;
  const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
    if (fault === 'lost-answer') return void answer.resume().once('end', () => incoming.socket.destroy());
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault !== 'truncated') return void answer.pipe(outgoing);
    let left = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2);
    answer.on('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left <= 0) setImmediate(() => incoming.socket.destroy());
    });
    answer.on('end', () => incoming.socket.destroy());
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}
