import type { Config } from '#platform/config/config.ts';
import { endOfCertificate, readTlsPair, type TlsPair, watchTlsPair } from '#platform/network/tls-pair.ts';
import type { Logger } from '#platform/telemetry/logger.ts';

/** Disposing of it stops the watch over the files. */
export interface SupervisedTls extends Disposable {
  /** The last pair that was whole; undefined when the server speaks plain HTTP. */
  readonly pair: TlsPair | undefined;
}

/** The configured certificate and whatever takes its place. Throws one sentence when there is none that a server could use. */
export async function superviseTls(
  { config, log }: { readonly config: Config; readonly log: Logger },
  onRenewed: (pair: TlsPair) => void,
): Promise<SupervisedTls> {
  const { tlsCert: cert, tlsKey: key } = config;
  if (cert === undefined || key === undefined || !config.roles.includes('web')) {
    return { pair: undefined, [Symbol.dispose]: () => undefined };
  }
  let pair = await readTlsPair({ cert, key });
  if (endOfCertificate(pair) < new Date()) log.warn({ cert }, 'the TLS certificate has ended: clients will refuse it');
  const watch = watchTlsPair(
    { cert, key },
    {
      current: pair,
      onChange(renewed) {
        pair = renewed;
        log.info({ cert, until: endOfCertificate(renewed) }, 'the TLS certificate was renewed');
        onRenewed(renewed);
      },
      onBroken: (fault) => log.error({ cert, key }, `the new TLS certificate is not used: ${fault}; the old one stays`),
    },
  );
  return {
    get pair() {
      return pair;
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}
