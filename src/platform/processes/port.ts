import { once } from 'node:events';
import { createServer } from 'node:net';
import { AppError, messageOf } from '#kernel/errors.ts';

/** Throws one sentence that says what to do when nobody can listen there. */
export async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  } catch (cause) {
    throw new AppError('unavailable', `cannot listen on ${host}:${port}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'another program uses this port; stop it, or set ASSAY_PORT to another one';
  if (code === 'EACCES') return 'this user may not use this port; set ASSAY_PORT to one above 1023';
  if (code === 'EADDRNOTAVAIL')
    return 'this machine has no such address; set ASSAY_HOST to one of its own, or to 0.0.0.0';
  if (code === 'ENOTFOUND') return 'no such host is known; set ASSAY_HOST to an address';
  return messageOf(error);
}
