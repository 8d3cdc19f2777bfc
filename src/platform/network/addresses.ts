import { BlockList, isIP } from 'node:net';

function listOf(entries: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of entries) list.addSubnet(network, prefix, family);
  return list;
}

/** Never reached, whatever is configured: cloud metadata lives here (RFC 3927, RFC 4291), with unspecified and multicast. */
const forbidden = listOf([
  ['169.254.0.0', 16, 'ipv4'],
  ['0.0.0.0', 8, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
]);

const privateNetworks = listOf([
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
]);

/** Why an address may not be reached, or undefined when it may. IPv4 inside IPv6 is judged as IPv4. */
export function refusedAddress(address: string, allowPrivate: boolean): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped) === 6 ? 'ipv6' : 'ipv4';
  if (mapped === '::' || forbidden.check(mapped, family)) return `${address} is a link-local or reserved address`;
  if (!allowPrivate && privateNetworks.check(mapped, family)) {
    return `${address} is a private address; set ASSAY_ALLOW_PRIVATE_NETWORK=on to allow it`;
  }
  return undefined;
}
