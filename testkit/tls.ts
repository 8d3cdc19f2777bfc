import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createTestChain } from './certificates.ts';

export interface TestTls {
  /** The server's certificate with its intermediate, its key, and the private authority's own certificate; PEM. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** A certificate for `localhost`, `127.0.0.1` and these addresses by an authority that nobody else knows. */
export async function createTestTls(...addresses: readonly string[]): Promise<TestTls> {
  const { chain, privateKey } = await createTestChain({
    intermediates: 1,
    subject: 'CN=Test server',
    leaf: {
      extendedKeyUsage: [SERVER_AUTHENTICATION],
      alternativeNames: [
        { type: 'dns', value: 'localhost' },
        ...['127.0.0.1', ...addresses].map((value) => ({ type: 'ip', value }) as const),
      ],
    },
  });
  const pem = chain.map((der) => new X509Certificate(der).toString());
  return {
    cert: pem.slice(0, -1).join(''),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ca: pem.slice(-1).join(''),
  };
}

/** Writes `tls.crt`, `tls.key` and `ca.crt`, and returns their paths. */
export function writeTestTls(folder: string, tls: TestTls) {
  const paths = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), ca: join(folder, 'ca.crt') };
  for (const part of ['cert', 'key', 'ca'] as const) writeFileSync(paths[part], tls[part]);
  return paths;
}

/** From now on this process trusts servers of that authority. */
export function trustAuthority(ca: string): void {
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}
