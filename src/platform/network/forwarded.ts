import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** From where a request came, as far as one can know. */
export interface Arrival {
  /** The client's address: that of the connection, or what trusted proxies say. */
  readonly address: string;
  /** Whether the client spoke TLS, to us or to a trusted proxy. */
  readonly isSecure: boolean;
  /** The name that the client used, with its port; empty when it gave none. */
  readonly host: string;
  /** Scheme and host as trusted proxies tell them; undefined without a proxy, or when it does not say. */
  readonly forwardedOrigin: string | undefined;
}

export interface ProxyNetwork {
  readonly address: string;
  readonly prefix: number;
}

/** One proxy's word on the connection that it took. */
interface Hop {
  readonly address: string | undefined;
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/**
 * Reads RFC 7239's `Forwarded` and the older `X-Forwarded-For`, `-Proto` and `-Host`, only from proxies of these networks, and
 * from the right: what the client itself wrote stands left of what the first trusted proxy added. Where both forms are given and
 * name different clients, one of them is not the proxy's, and neither is believed.
 */
export function createArrivals(networks: readonly ProxyNetwork[]): (request: IncomingMessage) => Arrival {
  const trusted = new BlockList();
  for (const { address, prefix } of networks) trusted.addSubnet(address, prefix, familyOf(address));
  const isTrusted = (address: string) => trusted.check(address, familyOf(address));
  return (request) => {
    const peer = unmapped(request.socket.remoteAddress ?? '');
    const direct: Arrival = {
      address: peer,
      isSecure: 'encrypted' in request.socket && request.socket.encrypted === true,
      host: hostOf(request),
      forwardedOrigin: undefined,
    };
    if (networks.length === 0 || isIP(peer) === 0 || !isTrusted(peer)) return direct;
    const told = toldOf(request, peer, isTrusted);
    if (!told) return direct;
    const { address = peer, proto, host } = told;
    const isSecure = proto === undefined ? direct.isSecure : proto === 'https';
    const forwardedOrigin = host === undefined ? undefined : `${isSecure ? 'https' : 'http'}://${host}`;
    return { address, isSecure, host: host ?? direct.host, forwardedOrigin };
  };
}

/** HTTP/2 has the host as a pseudo-header. */
function hostOf(request: IncomingMessage): string {
  const authority = request.headers[':authority'];
  return request.headers.host ?? (typeof authority === 'string' ? authority : '');
}

/** Longer lists are not a proxy's. */
const MAX_HEADER_LENGTH = 2_000;

function toldOf(request: IncomingMessage, peer: string, isTrusted: (address: string) => boolean): Hop | undefined {
  const standard = wordOf(standardHops(request), peer, isTrusted);
  const older = wordOf(olderHops(request), peer, isTrusted);
  if (standard && older && standard.address !== older.address) return undefined;
  return older ?? standard;
}

/** Goes from the right through what each trusted proxy added, up to the first address that is not a trusted proxy's. */
function wordOf(hops: readonly Hop[], peer: string, isTrusted: (address: string) => boolean): Hop | undefined {
  let word: Hop | undefined;
  let from = peer;
  for (const hop of hops.toReversed()) {
    if (!isTrusted(from)) break;
    word = { address: hop.address ?? from, proto: hop.proto ?? word?.proto, host: hop.host ?? word?.host };
    if (hop.address === undefined) break;
    from = hop.address;
  }
  return word;
}

/** A proxy that adds an address may leave name and scheme to the first one: those lists are as long or have one item. */
function olderHops({ headers }: IncomingMessage): Hop[] {
  const addresses = listOf(headers['x-forwarded-for']);
  const protos = listOf(headers['x-forwarded-proto']);
  const hosts = listOf(headers['x-forwarded-host']);
  const count = Math.max(addresses.length, protos.length, hosts.length);
  return Array.from({ length: count }, (_, index) => {
    const at = (list: readonly string[]) => list[list.length - count + index];
    return { address: addressIn(at(addresses)), proto: protoIn(at(protos)), host: hostIn(at(hosts)) };
  });
}

const PAIR = /([!#$%&'*+.^_`|~\w-]+)=("(?:[^"\\]|\\.)*"|[^;,\s]*)/g;

/** RFC 7239, section 4. */
function standardHops({ headers }: IncomingMessage): Hop[] {
  const header = String(headers.forwarded ?? '');
  if (header.length > MAX_HEADER_LENGTH) return [];
  const elements = header.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return elements.map((element) => {
    const pairs = new Map<string, string>();
    for (const [, name = '', value = ''] of element.matchAll(PAIR)) {
      pairs.set(name.toLowerCase(), value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value);
    }
    return {
      address: addressIn(pairs.get('for')),
      proto: protoIn(pairs.get('proto')),
      host: hostIn(pairs.get('host')),
    };
  });
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text === '' || text.length > MAX_HEADER_LENGTH ? [] : text.split(',').map((item) => item.trim());
}

/** `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`; undefined for `unknown` and obfuscated names. */
function addressIn(text = ''): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const address = unmapped(bare);
  return isIP(address) === 0 ? undefined : address;
}

function protoIn(text = ''): string | undefined {
  const proto = text.toLowerCase();
  return proto === 'http' || proto === 'https' ? proto : undefined;
}

function hostIn(text = ''): string | undefined {
  const isHost = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text) && text.length <= 255;
  return isHost ? text.toLowerCase() : undefined;
}

function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
