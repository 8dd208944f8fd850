import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

export interface Address {
  address: string;
  family: 4 | 6;
}

export type EgressDecision =
  | { allowed: true; addresses: readonly Address[] }
  | { allowed: false; status: 403 | 502; reason: string };

export interface EgressPolicyOptions {
  /** Exact host:port pairs inside private ranges that may be reached all the same. */
  allowPrivate: readonly string[];
  resolve?: (host: string) => Promise<readonly Address[]>;
  ownAddresses?: () => readonly string[];
}

export type EgressPolicy = (host: string, port: number) => Promise<EgressDecision>;

// Reachable by name they are public, but they answer only to tenants of that cloud.
const METADATA = ['168.63.129.16', '169.254.169.254', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'];
/** A stranger's browser has no business with mail servers. */
const MAIL_PORTS = new Set([25, 465, 587]);

/**
 * Decides on the resolved addresses, which the caller then connects to: spellings of the name do not matter,
 * and a second, different answer of the name server is never asked for. [ISO-4]
 */
export function createEgressPolicy(options: EgressPolicyOptions): EgressPolicy {
  const resolve = options.resolve ?? resolveHost;
  const ownAddresses = options.ownAddresses ?? interfaceAddresses;
  const allowed = new Set(
    options.allowPrivate.map((entry) => entry.trim().toLowerCase().replace(/[[\]]/g, '')),
  );

  return async (host, port) => {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      return refuse('the port is not a number from 1 to 65535');
    const name = host
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '');
    if (name === '' || name.length > 253) return refuse('the host name is empty or too long');
    if (name.includes('%')) return refuse('an address with a zone belongs to a local network');

    let found: readonly Address[];
    try {
      found = isIP(name) ? [{ address: name, family: isIP(name) as 4 | 6 }] : await resolve(name);
    } catch {
      return { allowed: false, status: 502, reason: `the name ${name} was not found` };
    }
    const named = allowed.has(`${name}:${port}`);
    const own = blockListOf(ownAddresses());
    const usable = found.filter(
      ({ address }) => named || allowed.has(`${address}:${port}`) || isPublic(address, own),
    );
    if (usable.length === 0) return refuse(`${name} is not an address of the public internet`);
    if (MAIL_PORTS.has(port) && !named) return refuse(`port ${port} sends mail`);
    return { allowed: true, addresses: usable };
  };
}

function refuse(reason: string): EgressDecision {
  return { allowed: false, status: 403, reason };
}

function isPublic(address: string, own: BlockList): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return isPublicIpv4(parsed.toString(), own);
  const ipv6 = parsed as ipaddr.IPv6;
  if (own.check(ipv6.toString(), 'ipv6') || METADATA_LIST.check(ipv6.toString(), 'ipv6')) return false;
  // Only today's global unicast space: tunnels and translations inside it carry IPv4 addresses.
  return ipv6.range() === 'unicast' && GLOBAL_UNICAST.check(ipv6.toString(), 'ipv6');
}

function isPublicIpv4(address: string, own: BlockList): boolean {
  if (own.check(address) || METADATA_LIST.check(address) || NOT_PUBLIC_IPV4.check(address)) return false;
  return ipaddr.IPv4.parse(address).range() === 'unicast';
}

const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');

const NOT_PUBLIC_IPV4 = new BlockList();
NOT_PUBLIC_IPV4.addSubnet('0.0.0.0', 8);
NOT_PUBLIC_IPV4.addSubnet('198.18.0.0', 15);
NOT_PUBLIC_IPV4.addSubnet('192.88.99.0', 24);
NOT_PUBLIC_IPV4.addSubnet('240.0.0.0', 4);

const METADATA_LIST = blockListOf(METADATA);

function blockListOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address.replace(/%.*$/, ''));
}

async function resolveHost(host: string): Promise<readonly Address[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
